import { float, from, int, oneOf, seed, side } from './inputs.ts';
import type { Made, NodeClass, NodeInputs, NodeResult, NodeTools } from './node-class.ts';

// prettier-ignore
const SAMPLERS = oneOf('euler', 'euler_cfg_pp', 'euler_ancestral', 'euler_ancestral_cfg_pp', 'heun', 'heunpp2', 'exp_heun_2_x0', 'exp_heun_2_x0_sde', 'dpm_2', 'dpm_2_ancestral', 'lms', 'dpm_fast', 'dpm_adaptive', 'dpmpp_2s_ancestral', 'dpmpp_2s_ancestral_cfg_pp', 'dpmpp_sde', 'dpmpp_sde_gpu', 'dpmpp_2m', 'dpmpp_2m_cfg_pp', 'dpmpp_2m_sde', 'dpmpp_2m_sde_gpu', 'dpmpp_2m_sde_heun', 'dpmpp_2m_sde_heun_gpu', 'dpmpp_3m_sde', 'dpmpp_3m_sde_gpu', 'ddpm', 'lcm', 'ipndm', 'ipndm_v', 'deis', 'res_multistep', 'res_multistep_cfg_pp', 'res_multistep_ancestral', 'res_multistep_ancestral_cfg_pp', 'gradient_estimation', 'gradient_estimation_cfg_pp', 'er_sde', 'seeds_2', 'seeds_3', 'sa_solver', 'sa_solver_pece', 'ddim', 'uni_pc', 'uni_pc_bh2');
// prettier-ignore
const SCHEDULERS = oneOf('simple', 'sgm_uniform', 'karras', 'exponential', 'ddim_uniform', 'beta', 'normal', 'linear_quadratic', 'kl_optimal');

const CFG = float(8, 0, 100, 0.1);
const STEPS = int(20, 1, 10_000);
const category = 'model/sampling';

async function sample(tools: NodeTools, steps: number, made: Made): Promise<NodeResult> {
  for (let step = 1; step <= steps; step++) await tools.step(step, steps, made);
  return { outputs: [made, made] };
}

const madeOf = ({ made }: NodeInputs, key: string, ...conditioning: string[]): Made => {
  const texts = conditioning.map((name) => made[name]?.text).filter((text) => text !== undefined);
  return { ...made[key], ...(texts[0] !== undefined && { text: texts[0] }) };
};

export const SAMPLING: NodeClass[] = [
  {
    name: 'KSampler',
    category,
    required: {
      model: from('MODEL'),
      seed: seed(),
      steps: STEPS,
      cfg: CFG,
      sampler_name: SAMPLERS,
      scheduler: SCHEDULERS,
      positive: from('CONDITIONING'),
      negative: from('CONDITIONING'),
      latent_image: from('LATENT'),
      denoise: float(1, 0, 1, 0.01),
    },
    outputs: ['LATENT'],
    samples: true,
    run: (inputs, tools) =>
      sample(tools, Number(inputs.literal['steps']), {
        ...madeOf(inputs, 'latent_image', 'positive'),
        seed: Number(inputs.literal['seed']),
      }),
  },
  {
    name: 'KSamplerAdvanced',
    category,
    required: {
      model: from('MODEL'),
      add_noise: oneOf('enable', 'disable'),
      noise_seed: seed(),
      steps: STEPS,
      cfg: CFG,
      sampler_name: SAMPLERS,
      scheduler: SCHEDULERS,
      positive: from('CONDITIONING'),
      negative: from('CONDITIONING'),
      latent_image: from('LATENT'),
      start_at_step: int(0, 0, 10_000),
      end_at_step: int(10_000, 0, 10_000),
      return_with_leftover_noise: oneOf('disable', 'enable'),
    },
    outputs: ['LATENT'],
    samples: true,
    run: (inputs, tools) => {
      const number = (name: string): number => Number(inputs.literal[name]);
      const steps = Math.max(0, Math.min(number('steps'), number('end_at_step')) - number('start_at_step'));
      const made = madeOf(inputs, 'latent_image', 'positive');
      // The second of two experts adds no noise, so the seed is that of the first.
      return sample(
        tools,
        steps,
        inputs.literal['add_noise'] === 'enable' ? { ...made, seed: number('noise_seed') } : made,
      );
    },
  },
  {
    name: 'SamplerCustomAdvanced',
    category,
    required: {
      noise: from('NOISE'),
      guider: from('GUIDER'),
      sampler: from('SAMPLER'),
      sigmas: from('SIGMAS'),
      latent_image: from('LATENT'),
    },
    outputs: ['LATENT', 'LATENT'],
    samples: true,
    run: (inputs, tools) =>
      sample(tools, inputs.made['sigmas']?.steps ?? 1, {
        ...madeOf(inputs, 'latent_image', 'guider'),
        seed: inputs.made['noise']?.seed ?? 0,
      }),
  },
  {
    name: 'BasicGuider',
    category,
    required: { model: from('MODEL'), conditioning: from('CONDITIONING') },
    outputs: ['GUIDER'],
  },
  {
    name: 'CFGGuider',
    category,
    required: { model: from('MODEL'), positive: from('CONDITIONING'), negative: from('CONDITIONING'), cfg: CFG },
    outputs: ['GUIDER'],
    run: (inputs) => ({ outputs: [inputs.made['positive'] ?? {}] }),
  },
  {
    name: 'BasicScheduler',
    category,
    required: { model: from('MODEL'), scheduler: SCHEDULERS, steps: STEPS, denoise: float(1, 0, 1, 0.01) },
    outputs: ['SIGMAS'],
    run: ({ literal }) => ({ outputs: [{ steps: Number(literal['steps']) }] }),
  },
  { name: 'KSamplerSelect', category, required: { sampler_name: SAMPLERS }, outputs: ['SAMPLER'] },
  {
    name: 'RandomNoise',
    category,
    required: { noise_seed: seed() },
    outputs: ['NOISE'],
    run: ({ literal }) => ({ outputs: [{ seed: Number(literal['noise_seed']) }] }),
  },
  {
    name: 'ModelSamplingSD3',
    category,
    required: { model: from('MODEL'), shift: float(3, 0, 100, 0.01) },
    outputs: ['MODEL'],
  },
  {
    name: 'ModelSamplingFlux',
    category,
    required: {
      model: from('MODEL'),
      max_shift: float(1.15, 0, 100, 0.01),
      base_shift: float(0.5, 0, 100, 0.01),
      width: side(1024, 16, 8),
      height: side(1024, 16, 8),
    },
    outputs: ['MODEL'],
  },
];
