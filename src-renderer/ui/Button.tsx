import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'title'> & {
  readonly look?: 'plain' | 'primary' | 'quiet';
  readonly icon?: IconName;
  /** Shown on hover; of a button without text also its name for a screen reader. */
  readonly hint?: string;
  readonly pressed?: boolean;
  readonly children?: ReactNode;
};

/** A button with an icon, a text or both. */
export function Button({ look = 'plain', icon, hint, pressed, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${rest.className ?? ''}`}
      data-look={look}
      data-icon-only={children === undefined ? '' : undefined}
      aria-pressed={pressed}
      aria-label={rest['aria-label'] ?? (children === undefined ? hint : undefined)}
      title={hint}
    >
      {icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}
