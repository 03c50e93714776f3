"use client";

import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Link } from "../navigation/navigation.tsx";
import { classNames } from "./class-names.ts";
import { Tooltip } from "./tooltip.tsx";

type Look = {
  tone?: "plain" | "primary" | "quiet";
  size?: "normal" | "small";
  icon?: boolean;
  danger?: boolean;
};

const tones = {
  plain: "border-control bg-raised text-ink hover:bg-hover hover:border-line-strong",
  primary: "border-accent bg-accent text-accent-on hover:bg-accent-hover hover:border-accent-hover",
  quiet: "border-transparent bg-transparent text-ink-2 hover:bg-hover hover:text-ink",
};

/** The classes of a button, for things that must look like one. */
export function buttonClass({
  tone = "plain",
  size = "normal",
  icon = false,
  danger = false,
}: Look = {}): string {
  return classNames(
    "inline-flex items-center justify-center rounded-control border font-medium whitespace-nowrap select-none",
    "transition-colors active:translate-y-[0.5px] aria-disabled:opacity-50 aria-disabled:cursor-not-allowed",
    "disabled:opacity-50 disabled:cursor-not-allowed max-sm:h-11 max-sm:text-[15px] focus-visible:rounded-control",
    size === "small" ? "h-7 text-small gap-1.5" : "h-8.5 text-fine gap-[7px]",
    icon
      ? size === "small"
        ? "w-7 max-sm:w-11"
        : "w-8.5 max-sm:w-11"
      : size === "small"
        ? "px-2.5 max-sm:px-[15px]"
        : "px-[13px] max-sm:px-[15px]",
    tones[tone],
    danger && "text-bad-ink! hover:text-bad-ink!",
  );
}

type ButtonProps = ComponentProps<"button"> &
  Omit<Look, "icon"> & {
    /** The glyph before the word; it spins while busy. */
    glyph?: ReactNode;
    /** Only a glyph: give `aria-label` too. */
    iconOnly?: boolean;
    busy?: boolean;
    /** Why the button cannot be used now; shown as its tooltip. */
    blocked?: string | null;
  };

/** A button: while busy its word stays and its glyph spins; a blocked one says why. */
export function Button({
  tone,
  size,
  danger,
  glyph,
  iconOnly,
  busy,
  blocked,
  className,
  ...rest
}: ButtonProps) {
  const stopped = busy || Boolean(blocked);
  const spin = (
    <LoaderCircle size={size === "small" ? 14 : 15} strokeWidth={1.75} className="busy-spin" aria-hidden />
  );
  const button = (
    <button
      type="button"
      {...rest}
      onClick={stopped ? (event) => event.preventDefault() : rest.onClick}
      aria-busy={busy || undefined}
      aria-disabled={blocked ? true : undefined}
      className={classNames(buttonClass({ tone, size, danger, icon: iconOnly }), className)}
    >
      {busy ? spin : glyph}
      {rest.children}
    </button>
  );
  return blocked ? <Tooltip text={blocked}>{button}</Tooltip> : button;
}

type ButtonLinkProps = ComponentProps<typeof Link> & Omit<Look, "icon"> & { glyph?: ReactNode };

/** A link that looks like a button. */
export function ButtonLink({ tone, size, danger, glyph, className, children, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={classNames(buttonClass({ tone, size, danger }), className)}>
      {glyph}
      {children}
    </Link>
  );
}
