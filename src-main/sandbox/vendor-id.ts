/** The five seed vendors, in the order of their ports. */
export const vendorIds = ['projectdiscovery', 'scrapebit', 'hienergy', 'conjur', 'userplane'] as const
export type VendorId = (typeof vendorIds)[number]

export const isVendorId = (value: unknown): value is VendorId => vendorIds.some((id) => id === value)
