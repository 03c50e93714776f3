"use client";

import { ArrowRight, Pencil, Plus, X } from "lucide-react";
import { useState } from "react";
import type { Connection, ConnectionCatalog } from "#lib/api/connection-shapes.ts";
import { inOneLine } from "../changes/field-values.ts";
import { Button } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";
import { FieldDialog } from "./field-dialog.tsx";
import { fromWords, toWords } from "./field-words.ts";
import { Part } from "./part.tsx";

type FieldMap = Connection["fieldMap"];

/** Which CRM field goes to which attribute of the member, with what one real person has there. */
export function FieldPart({
  crm,
  catalog,
  catalogError,
  onRetryCatalog,
  fieldMap,
  onChange,
}: {
  crm: string;
  catalog: ConnectionCatalog | undefined;
  catalogError: Error | null;
  onRetryCatalog: () => void;
  fieldMap: FieldMap;
  onChange: (fieldMap: FieldMap) => void;
}) {
  const [edited, setEdited] = useState<number | "new" | null>(null);
  const save = (mapping: FieldMap[number]) => {
    onChange(
      edited === "new" ? [...fieldMap, mapping] : fieldMap.map((one, at) => (at === edited ? mapping : one)),
    );
    setEdited(null);
  };
  return (
    <Part
      id="fields"
      title="Fields"
      lead="The CRM is right; Rollcall copies. An empty or failed read never wipes a field."
      action={
        <Button
          size="small"
          glyph={<Plus size={14} strokeWidth={1.75} aria-hidden />}
          onClick={() => setEdited("new")}
        >
          Add field
        </Button>
      }
    >
      {catalogError && (
        <Note tone="wait">
          <b>{crm}’s fields could not be read.</b> {catalogError.message}{" "}
          <button type="button" className="link tap" onClick={onRetryCatalog}>
            Try again
          </button>
        </Note>
      )}
      {fieldMap.length === 0 ? (
        <p className="border-y border-line-soft py-4 text-ink-2">
          Every field of {crm} is kept under its own name. Add one here to give it a meaning, such as the
          role.
        </p>
      ) : (
        <>
          <FieldTable
            crm={crm}
            catalog={catalog}
            fieldMap={fieldMap}
            onEdit={setEdited}
            onRemove={(at) => onChange(fieldMap.filter((_, index) => index !== at))}
          />
          <p className="text-small text-ink-3">Every other field of {crm} is kept under its own name.</p>
        </>
      )}
      <FieldDialog
        key={String(edited)}
        crm={crm}
        catalog={catalog}
        open={edited !== null}
        initial={typeof edited === "number" ? (fieldMap[edited] ?? null) : null}
        onClose={() => setEdited(null)}
        onSave={save}
      />
    </Part>
  );
}

function FieldTable({
  crm,
  catalog,
  fieldMap,
  onEdit,
  onRemove,
}: {
  crm: string;
  catalog: ConnectionCatalog | undefined;
  fieldMap: FieldMap;
  onEdit: (at: number) => void;
  onRemove: (at: number) => void;
}) {
  return (
    <table className="text-fine max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="text-small text-ink-3 [&>th]:pr-3 [&>th]:pb-[7px]">
          <th className="w-[33%]">{crm}</th>
          <th className="w-8">
            <span className="sr-only">goes to</span>
          </th>
          <th className="w-[31%]">Member</th>
          <th>{catalog?.example ? `${catalog.example.name} has` : "Example"}</th>
          <th className="w-16">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {fieldMap.map(({ from, to }, at) => {
          const source = fromWords(from, catalog?.fields);
          const goal = toWords(to);
          const value = catalog?.example?.values[from];
          return (
            <tr
              key={`${from} ${to}`}
              className="border-t border-line-soft max-sm:relative max-sm:grid max-sm:grid-cols-[1fr_20px_1fr] max-sm:gap-x-2 max-sm:gap-y-0.5 max-sm:py-2.5 max-sm:pr-12 sm:[&>td]:py-2 sm:[&>td]:pr-3"
            >
              <td>
                {source.title}
                <code className="block text-[12px] [overflow-wrap:anywhere] text-ink-3">{source.code}</code>
              </td>
              <td className="text-ink-3">
                <ArrowRight size={15} strokeWidth={1.75} aria-hidden />
              </td>
              <td>
                {goal.title}
                <code className="block text-[12px] [overflow-wrap:anywhere] text-ink-3">{goal.code}</code>
              </td>
              <td className="text-ink-3 max-sm:col-span-full max-sm:text-log">
                {value === undefined ? "–" : inOneLine(value) || "empty"}
              </td>
              <td className="max-sm:absolute max-sm:top-1 max-sm:right-0 sm:pr-0!">
                <span className="flex justify-end max-sm:flex-col">
                  <Button
                    tone="quiet"
                    size="small"
                    iconOnly
                    aria-label={`Change ${source.title}`}
                    glyph={<Pencil size={14} strokeWidth={1.75} aria-hidden />}
                    onClick={() => onEdit(at)}
                  />
                  <Button
                    tone="quiet"
                    size="small"
                    iconOnly
                    aria-label={`Take out ${source.title}`}
                    glyph={<X size={15} strokeWidth={1.75} aria-hidden />}
                    onClick={() => onRemove(at)}
                  />
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
