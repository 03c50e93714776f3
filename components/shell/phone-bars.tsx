"use client";

import { LogOut, Menu as MenuGlyph, Moon } from "lucide-react";
import { Link, useNavigation } from "../navigation/navigation.tsx";
import { signOut } from "../sign-in/sign-in-calls.ts";
import { classNames } from "../ui/class-names.ts";
import { Menu, MenuItem, MenuLink } from "../ui/menu.tsx";
import { showFailure } from "../ui/toast.tsx";
import { Mark } from "./brand.tsx";
import { isAt, places } from "./places.tsx";
import { ThemeMenu } from "./theme.tsx";

/** The bar above the page on phones. */
export function TopBar() {
  return (
    <header className="sticky top-0 z-12 hidden h-14 items-center gap-1 border-b border-line bg-canvas pr-2 pl-4 max-sm:flex">
      <Link
        href="/"
        className="mr-auto flex min-h-11 items-center gap-[9px] text-[15px] font-[600] tracking-[-0.012em]"
      >
        <Mark />
        Rollcall
      </Link>
      <ThemeMenu
        side="bottom"
        trigger={
          <button
            type="button"
            aria-label="Light or dark"
            className="grid size-11 place-items-center rounded-control text-ink-2"
          >
            <Moon size={20} strokeWidth={1.75} aria-hidden />
          </button>
        }
      />
    </header>
  );
}

const tabLook = "relative grid content-center justify-items-center gap-[3px] text-[11px] text-ink-2";
const currentTab =
  "text-accent! font-strong before:absolute before:-top-px before:h-0.5 before:w-7 before:bg-accent before:content-['']";
const tabs = places.slice(0, 4);
const more = places.slice(4);

const alertWords = (open: number): string => (open === 1 ? "alert is open" : "alerts are open");

function TabCount({ count, words }: { count: number; words: string }) {
  if (count === 0) return null;
  return (
    <b className="num absolute top-[7px] left-[calc(50%+6px)] rounded-[8px] bg-wait-soft px-[5px] text-[10px] leading-[15px] font-[600] text-wait-ink ring-2 ring-canvas">
      {count}
      <span className="sr-only"> {words}</span>
    </b>
  );
}

/** The tabs below the page on phones; what is used less is under More. */
export function TabBar({ needsPerson, openAlerts }: { needsPerson: number; openAlerts: number }) {
  const { pathname } = useNavigation();
  return (
    <nav
      aria-label="Main, phone"
      className="fixed inset-x-0 bottom-0 z-12 hidden h-16 grid-cols-5 border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)] max-sm:grid"
    >
      {tabs.map(({ href, word, Glyph }) => (
        <Link
          key={href}
          href={href}
          aria-current={isAt(pathname, href) ? "page" : undefined}
          className={classNames(tabLook, isAt(pathname, href) && currentTab)}
        >
          <Glyph size={21} strokeWidth={1.75} aria-hidden />
          {word}
          {href === "/webhooks" && <TabCount count={needsPerson} words="need a person" />}
        </Link>
      ))}
      <Menu
        side="top"
        trigger={
          <button
            type="button"
            className={classNames(tabLook, more.some(({ href }) => isAt(pathname, href)) && currentTab)}
          >
            <MenuGlyph size={21} strokeWidth={1.75} aria-hidden />
            More
            <TabCount count={openAlerts} words={alertWords(openAlerts)} />
          </button>
        }
      >
        {more.map(({ href, word, Glyph }) => (
          <MenuLink key={href} render={<Link href={href} />}>
            <Glyph size={15} strokeWidth={1.75} aria-hidden />
            {word}
            {href === "/alerts" && openAlerts > 0 && (
              <b className="num ml-auto rounded-full bg-wait-soft px-[7px] text-micro leading-[18px] font-[540] text-wait-ink">
                {openAlerts}
                <span className="sr-only"> {alertWords(openAlerts)}</span>
              </b>
            )}
          </MenuLink>
        ))}
        <MenuItem
          glyph={<LogOut size={15} strokeWidth={1.75} aria-hidden />}
          onSelect={() =>
            signOut().catch((error: Error) => showFailure("You are still signed in", error.message))
          }
        >
          Sign out
        </MenuItem>
      </Menu>
    </nav>
  );
}
