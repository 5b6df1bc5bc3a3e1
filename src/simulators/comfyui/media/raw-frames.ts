/**
 * Input options for frames of 8-bit RGB on standard input. The ffmpeg that comes with Remotion has no `rawvideo` format, but its
 * `image2pipe` hands pieces of a given size to the decoder.
 */
export const rawFrames = (width: number, height: number, fps = 1): string[] =>
  `-f image2pipe -frame_size ${width * height * 3} -c:v rawvideo -pixel_format rgb24 -video_size ${width}x${height} -framerate ${fps} -i -`.split(
    ' ',
  );
