import { checkValue } from './param-value.ts';
import { findPlaceholders } from './placeholders.ts';
import { defaultOf, isRequired, reference, type ParamSpec, type ParamsFile } from './params-schema.ts';
import { TASK_ID, type Template } from './template.ts';

const ownProblems = (name: string, spec: ParamSpec, params: ReadonlyMap<string, ParamSpec>): string[] => {
  const problems: string[] = [];
  const value = defaultOf(spec);
  if (spec.required === true && !isRequired(spec)) problems.push('is required but has a default');
  if (spec.required === false && isRequired(spec)) problems.push('is not required but has no default');
  for (const other of reference(spec)) {
    const source = params.get(other);
    if (source?.type !== 'integer' && source?.type !== 'number')
      problems.push(`refers to ${other}, which is not a number`);
    else if (reference(source).length > 0)
      problems.push(`refers to ${other}, which itself refers to another parameter`);
  }
  if (value !== undefined) {
    const checked = checkValue(spec, value, (other) => defaultOf(params.get(other) ?? spec));
    if ('expected' in checked) problems.push(`has a wrong default: ${checked.expected}`);
  }
  return problems.map((problem) => `the parameter ${name} ${problem}`);
};

function nameProblems(params: ReadonlyMap<string, ParamSpec>): string[] {
  const names = [...params].flatMap(([name, { aliases }]) => [name, ...aliases]);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...twice.map((name) => `the parameter name ${name} is given twice`),
    ...(names.includes(TASK_ID) ? [`the parameter ${TASK_ID} is filled by the middleware`] : []),
  ];
}

/** Problems between the files of a template that are valid on their own. */
export function templateProblems({ graph, params }: Template, file: ParamsFile): string[] {
  const places = findPlaceholders(graph);
  const used = new Set(places.map(({ name }) => name));
  const unused = Object.keys(file.params).filter((name) => !used.has(name));
  const embedded = places.filter(
    ({ name, whole, path }) => params.get(name)?.type === 'file' && !(whole && path.length === 1),
  );
  const nodes = [...(file.outputs ?? []), ...file.models]
    .map(({ node }) => node)
    .filter((node) => !Object.hasOwn(graph, node));
  return [
    ...unused.map((name) => `the parameter ${name} is described, but {{${name}}} does not occur in the graph`),
    ...embedded.map(
      ({ name, node }) => `{{${name}}} in node ${node} is a file and must be the whole value of an input`,
    ),
    ...Object.entries(graph)
      .filter(([, node]) => node.class_type.includes('{{'))
      .map(([id]) => `the class of node ${id} contains a placeholder`),
    ...nodes.map((node) => `the params file names node ${node}, which is not in the graph`),
    ...nameProblems(params),
    ...[...params].flatMap(([name, spec]) => ownProblems(name, spec, params)),
  ];
}
