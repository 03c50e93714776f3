"use client";

import { type ComponentProps, type ComponentType, createContext, type ReactNode, useContext } from "react";

type LinkProps = Omit<ComponentProps<"a">, "href"> & { href: string };

type Navigation = {
  Anchor: ComponentType<LinkProps>;
  pathname: string;
  go: (href: string) => void;
  refresh: () => void;
};

const plain: Navigation = {
  Anchor: (props) => <a {...props} />,
  pathname: "",
  go: (href) => window.location.assign(href),
  refresh: () => window.location.reload(),
};

const NavigationContext = createContext<Navigation>(plain);

/** Hands the router of the app to components, which know no framework. */
export function NavigationProvider({ value, children }: { value: Navigation; children: ReactNode }) {
  return <NavigationContext value={value}>{children}</NavigationContext>;
}

/** Where the person is, and how to go elsewhere without a page load. */
export const useNavigation = (): Navigation => useContext(NavigationContext);

/** A link inside the console; it looks as its class says. */
export function Link(props: LinkProps) {
  const { Anchor } = useNavigation();
  return <Anchor {...props} />;
}
