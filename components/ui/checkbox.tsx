import { type ComponentProps, type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";

type CheckboxProps = Omit<ComponentProps<"input">, "type" | "onChange"> & {
  mixed?: boolean;
  onChange?: (checked: boolean) => void;
};

/** A bare box, for rows; give it `aria-label`. `mixed` draws a dash. */
export function Checkbox({ mixed = false, onChange, className, ...rest }: CheckboxProps) {
  return (
    <input
      {...rest}
      ref={(box) => {
        if (box) box.indeterminate = mixed;
      }}
      type="checkbox"
      onChange={(event) => onChange?.(event.target.checked)}
      className={classNames("check-box", className)}
    />
  );
}

type OptionProps = CheckboxProps & { title: ReactNode; code?: string; note?: ReactNode };

/** A box with its name, the CRM's own word for it and one plain line. */
export function CheckboxOption({ title, code, note, ...rest }: OptionProps) {
  const id = useId();
  return (
    <label
      htmlFor={`${id}-box`}
      className="grid min-h-11 cursor-pointer grid-cols-[16px_minmax(0,1fr)] items-start gap-x-[11px] border-t border-line-soft py-[9px] max-sm:grid-cols-[20px_minmax(0,1fr)] max-sm:py-3"
    >
      <Checkbox
        {...rest}
        id={`${id}-box`}
        aria-labelledby={id}
        aria-describedby={note ? `${id}-note` : undefined}
        className="mt-0.5"
      />
      <span>
        <span id={id}>
          <b className="font-medium">{title}</b>
          {code && <code className="ml-[5px] text-[12px] text-ink-3">{code}</code>}
        </span>
        {note && (
          <span id={`${id}-note`} className="block text-small leading-[1.45] text-ink-3">
            {note}
          </span>
        )}
      </span>
    </label>
  );
}
