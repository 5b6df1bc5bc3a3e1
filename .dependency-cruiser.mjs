/**
 * The rooms of the project and what each may import, from `tools/rooms.json`: the table in ARCHITECTURE.md is made of the same list.
 * Type imports count. The parser knows no TSX: what `remotion` may import is checked by `.oxlintrc.json`.
 */
import { readFileSync } from 'node:fs';

const rooms = JSON.parse(readFileSync(new URL('tools/rooms.json', import.meta.url), 'utf8'));
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const pathsOf = ({ room, paths = [`${room}/`] }) => `^(${paths.map(escape).join('|')})`;
const roomOf = Object.fromEntries(rooms.map((room) => [room.room, room]));
/** Of a package that was found by `createRequire`. */
const PACKAGE_JSON = '^\\./package\\.json$';
const anyRoom = '^(src|remotion|activities|workflows-temporal)/';

function rulesOf(room) {
  const from = { path: pathsOf(room) };
  const allowed = [room, ...room.mayImport.map((name) => roomOf[name])].map(pathsOf);
  const packages = room.packages.map((name) => `(^|/)node_modules/${escape(name)}(/|$)|^${escape(name)}(/|$)`);
  const core = room.node === true ? { dependencyTypesNot: ['core'] } : {};
  const modules = Array.isArray(room.node) ? room.node.map((name) => `^${name.replace('node:', '(node:)?')}$`) : [];
  return [
    {
      name: `${room.room} imports a room that it may not`,
      severity: 'error',
      from,
      to: { path: anyRoom, pathNot: allowed },
    },
    {
      name: `${room.room} imports a package that it may not`,
      severity: 'error',
      from,
      to: { ...core, pathNot: [anyRoom, PACKAGE_JSON, ...packages, ...modules] },
    },
  ];
}

// oxlint-disable-next-line import/no-default-export -- dependency-cruiser reads the default export
export default {
  forbidden: [
    { name: 'no circles between files', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every file is in a room of tools/rooms.json',
      severity: 'error',
      from: { pathNot: rooms.map(pathsOf) },
      to: {},
    },
    ...rooms.flatMap(rulesOf),
  ],
  options: { parser: 'swc', tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' }, exclude: '\\.tsx$' },
};
