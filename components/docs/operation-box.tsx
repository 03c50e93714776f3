"use client";

import { ChevronRight } from "lucide-react";
import { Fragment, useState } from "react";
import { CopyField } from "../ui/copy-field.tsx";
import { curlOf, innerObject, type Operation, type Schema, typeWords } from "./api-description.ts";

/** One operation: closed, its place and what it does; open, what it takes and what it answers. */
export function OperationBox({ operation, server }: { operation: Operation; server: string }) {
  const [open, setOpen] = useState(false);
  const { method, path, summary, access, parameters, body, answer, status } = operation;
  return (
    <details
      className="group border-t border-line-soft first:border-t-0"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="grid list-none grid-cols-[14px_58px_minmax(0,1fr)] items-baseline gap-x-2.5 px-4 py-2.5 hover:bg-hover focus-visible:outline-offset-[-2px] [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={14}
          strokeWidth={1.75}
          aria-hidden
          className="translate-y-0.5 text-ink-3 transition-transform group-open:rotate-90"
        />
        <code className="text-[12px] font-strong text-ink-2">{method}</code>
        <span className="min-w-0">
          <code className="[overflow-wrap:anywhere]">
            <BrokenAtSlashes path={path} />
          </code>
          <span className="block text-small text-ink-3">{summary}</span>
        </span>
      </summary>
      {open && (
        <div className="grid gap-4 border-t border-line-soft px-4 pt-3 pb-4">
          <p className="text-small text-ink-2">{access}</p>
          <CopyField text={curlOf(operation, server)} label={`Copy the call of ${method} ${path}`} />
          {parameters.length > 0 && (
            <Fields
              title="In the address"
              fields={parameters.map(({ name, required, description, schema }) => ({
                name,
                required,
                schema: description ? { ...schema, description } : schema,
              }))}
            />
          )}
          {body && <SchemaFields title="In the body" schema={body} />}
          {answer && <SchemaFields title={`Answer, ${status}`} schema={answer} />}
        </div>
      )}
    </details>
  );
}

/** A path that breaks before a slash, never inside a word where there is a choice. */
function BrokenAtSlashes({ path }: { path: string }) {
  return path.split(/(?=\/)/).map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a path never move
    <Fragment key={at}>
      <wbr />
      {part}
    </Fragment>
  ));
}

type Field = { name: string; required: boolean; schema: Schema };

const fieldsOf = (schema: Schema): Field[] =>
  Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }));

function SchemaFields({ title, schema }: { title: string; schema: Schema }) {
  const inner = innerObject(schema);
  if (!inner) {
    return (
      <p className="text-fine">
        <b>{title}:</b> <span className="text-ink-2">{typeWords(schema)}</span>
      </p>
    );
  }
  return <Fields title={title} fields={fieldsOf(inner)} optionalTold={title === "In the body"} />;
}

function Fields({
  title,
  fields,
  optionalTold = true,
}: {
  title: string;
  fields: Field[];
  optionalTold?: boolean;
}) {
  return (
    <section>
      <h3 className="mb-1 text-fine">{title}</h3>
      <FieldList fields={fields} depth={0} optionalTold={optionalTold} />
    </section>
  );
}

const deepest = 3;

function FieldList({
  fields,
  depth,
  optionalTold,
}: {
  fields: Field[];
  depth: number;
  optionalTold: boolean;
}) {
  return (
    <ul className={depth > 0 ? "mt-1 border-l border-line pl-3" : ""}>
      {fields.map(({ name, required, schema }) => {
        const inner = depth < deepest ? innerObject(schema) : null;
        return (
          <li key={name} className="border-t border-line-soft py-1.5 text-log first:border-t-0">
            <code className="font-medium">{name}</code>{" "}
            <span className="[overflow-wrap:anywhere] text-ink-3">
              {typeWords(schema)}
              {optionalTold && !required && ", optional"}
            </span>
            {schema.description && <span className="block text-small text-ink-2">{schema.description}</span>}
            {inner && <FieldList fields={fieldsOf(inner)} depth={depth + 1} optionalTold={optionalTold} />}
          </li>
        );
      })}
    </ul>
  );
}
