import { Gate } from "#components/sign-in/gate.tsx";
import { ButtonLink } from "#components/ui/button.tsx";

export default function NotFound() {
  return (
    <Gate title="There is nothing at this address" lead="The link was cut short, or the page has moved.">
      <ButtonLink href="/">Open the console</ButtonLink>
    </Gate>
  );
}
