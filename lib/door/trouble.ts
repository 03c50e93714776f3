import { processWide } from "../process-wide.ts";

/**
 * How often this process's door could not do as it should since it opened: `spooled` groups that the database did not
 * take in time or that an earlier process left behind, `refused` deliveries that nothing took. Others read it now and
 * then, since the door itself only records.
 */
export const doorTrouble = () => processWide("door.trouble", () => ({ spooled: 0, refused: 0 }));
