"use client";

import { Moon } from "lucide-react";
import { Link, useNavigation } from "../navigation/navigation.tsx";
import { classNames } from "../ui/class-names.ts";
import { useMedia } from "../ui/media.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { Mark } from "./brand.tsx";
import type { Person } from "./person.tsx";
import { isAt, type Place, places } from "./places.tsx";
import { ThemeMenu } from "./theme.tsx";
import { Avatar, UserMenu } from "./user-menu.tsx";

const itemLook =
  "relative flex h-8.5 items-center gap-2.5 rounded-control px-2 text-ink-2 transition-colors hover:bg-hover hover:text-ink focus-visible:rounded-control max-xl:size-10 max-xl:justify-center max-xl:px-0";
const currentLook =
  "bg-raised! text-ink! font-name shadow-[inset_0_0_0_1px_var(--line),var(--shade-1)] [&>svg]:text-accent";

/** The main navigation: words beside glyphs, or glyphs with tooltips where there is little room. */
export function Sidebar({
  site,
  person,
  needsPerson,
  openAlerts,
  onShowKeys,
}: {
  site: string;
  person: Person;
  needsPerson: number;
  openAlerts: number;
  onShowKeys: () => void;
}) {
  const counts: Record<string, { count: number; words: string }> = {
    "/webhooks": { count: needsPerson, words: "need a person" },
    "/alerts": { count: openAlerts, words: openAlerts === 1 ? "is open" : "are open" },
  };
  const rail = useMedia("(max-width: 1240px)");
  const groups = [0, 1].map((group) => places.filter((place) => place.group === group));
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 flex h-screen flex-col gap-0.5 p-4 px-3 max-xl:items-center max-xl:px-2.5 max-sm:hidden"
    >
      <Link
        href="/"
        className="flex items-center gap-[9px] px-2 pt-0.5 text-[15px] font-[600] tracking-[-0.012em] max-xl:px-0 max-xl:pt-0 max-xl:pb-3"
      >
        <Mark />
        <span className="max-xl:sr-only">Rollcall</span>
      </Link>
      <div title={site} className="cut pr-2 pb-4 pl-[39px] text-small text-ink-3 max-xl:sr-only">
        {site}
      </div>
      {groups.map((group, index) => (
        <div
          key={index === 0 ? "work" : "set-up"}
          className={classNames(
            "grid gap-0.5",
            index > 0 &&
              "relative mt-2.5 pt-2.5 before:absolute before:inset-x-2 before:top-0 before:border-t before:border-line before:content-['']",
          )}
        >
          {group.map((place) => (
            <SideItem key={place.href} place={place} rail={rail} badge={counts[place.href]} />
          ))}
        </div>
      ))}
      <div className="mt-auto grid grid-cols-[minmax(0,1fr)] gap-0.5 self-stretch max-xl:justify-items-center">
        <Tooltip text="Light or dark" side="right" disabled={!rail}>
          <span className="grid">
            <ThemeMenu
              trigger={
                <button type="button" className={itemLook}>
                  <Moon size={17} strokeWidth={1.75} aria-hidden />
                  <span className="max-xl:sr-only">Light or dark</span>
                </button>
              }
            />
          </span>
        </Tooltip>
        <div className="mt-1.5 border-t border-line pt-2">
          <UserMenu
            person={person}
            onShowKeys={onShowKeys}
            trigger={
              <button
                type="button"
                className="flex w-full items-center gap-2.5 rounded-control p-2 text-left text-small hover:bg-hover focus-visible:rounded-control"
              >
                <Avatar name={person.name} />
                <span className="min-w-0 leading-tight max-xl:sr-only">
                  <b title={person.name} className="block truncate">
                    {person.name}
                  </b>
                  <span className="block text-ink-3 first-letter:uppercase">{person.role}</span>
                </span>
              </button>
            }
          />
        </div>
      </div>
    </nav>
  );
}

function SideItem({
  place,
  rail,
  badge,
}: {
  place: Place;
  rail: boolean;
  badge: { count: number; words: string } | undefined;
}) {
  const { pathname } = useNavigation();
  const current = isAt(pathname, place.href);
  return (
    <Tooltip text={place.word} side="right" disabled={!rail}>
      <Link
        href={place.href}
        aria-current={current ? "page" : undefined}
        className={classNames(itemLook, current && currentLook)}
      >
        <place.Glyph size={17} strokeWidth={1.75} aria-hidden />
        <span className="max-xl:sr-only">{place.word}</span>
        {badge && badge.count > 0 && (
          <b
            title={`${badge.count} ${badge.words}`}
            className="num ml-auto rounded-full bg-wait-soft px-[7px] text-micro leading-[18px] font-[540] text-wait-ink max-xl:absolute max-xl:top-px max-xl:-right-px max-xl:px-[5px] max-xl:text-[10px] max-xl:leading-[15px] max-xl:ring-2 max-xl:ring-canvas"
          >
            {badge.count}
            <span className="sr-only"> {badge.words}</span>
          </b>
        )}
      </Link>
    </Tooltip>
  );
}
