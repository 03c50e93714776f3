"use client";

import { Toast as Base } from "@base-ui/react/toast";
import { TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";

const manager = Base.createToastManager();

/** Says what failed, where, and what to do. Success is never a toast: it shows in place. */
export function showFailure(title: string, description?: string): void {
  manager.add({ title, description, priority: "high", timeout: 9000 });
}

function Failures() {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      className="popup grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-2.5 rounded-box border border-bad-line bg-raised p-3 pl-3.5 text-fine shadow-3"
    >
      <TriangleAlert size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 text-bad-ink" />
      <Base.Content>
        <Base.Title className="font-name text-fine" />
        <Base.Description className="text-small text-ink-2" />
      </Base.Content>
      <Base.Close
        aria-label="Close this message"
        className="grid size-7 place-items-center rounded-control text-ink-2 hover:bg-hover max-sm:size-11"
      >
        <X size={15} strokeWidth={1.75} />
      </Base.Close>
    </Base.Root>
  ));
}

/** Where failures appear: below right, above the tab bar on phones. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed right-5 bottom-5 z-70 grid w-[min(380px,calc(100vw-24px))] gap-2 max-sm:right-3 max-sm:bottom-19">
          <Failures />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
