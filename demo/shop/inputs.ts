import { z } from "zod";

/** Shapes of input that several routes share. */
export const Id = z.coerce.number().int().positive().max(2_147_483_647);

export const Username = z.string().regex(/^[a-z][a-z0-9.-]{1,39}$/);

/** Money travels as text, so that no cent is lost on the way. */
export const Money = z.string().regex(/^\d{1,8}(\.\d{1,2})?$/, "an amount such as 12.50");

export const AddressInput = z.object({
  street: z.string().optional(),
  city: z.string().optional(),
  postcode: z.string().optional(),
  country: z.string().length(2).optional(),
});

/** Any of the fields, but at least one. */
export function changeOf<Shape extends z.ZodRawShape>(fields: z.ZodObject<Shape>) {
  return fields.partial().refine((change) => Object.keys(change).length > 0, "nothing to change");
}
