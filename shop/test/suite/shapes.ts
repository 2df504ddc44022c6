// What the shop answers with, as far as the suite looks at it.

export interface List<T> {
  items: T[];
}

export interface Page<T> extends List<T> {
  page: number;
  perPage: number;
  total: number;
}

export interface Profile {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  phone: string | null;
  emailVerified: boolean;
  createdAt: string;
}

export interface SessionShown {
  csrfToken: string;
  user: Profile | null;
}

export interface Address {
  id: number;
  type: "shipping" | "billing";
  firstName: string;
  company: string | null;
  line2: string | null;
  city: string;
  phone: string | null;
  isDefault: boolean;
}

export interface Product {
  id: number;
  name: string;
  slug: string;
  price: string;
  originalPrice: string | null;
  categoryId: number;
  available: number;
  rating: string;
  reviewCount: number;
  viewCount: number;
  salesCount: number;
}

export interface Category {
  id: number;
  name: string;
  slug: string;
  children: Category[];
}

export interface CartItem {
  id: number;
  productId: number;
  quantity: number;
  price: string;
  priceBefore: string | null;
  available: number;
  total: string;
}

export interface Cart extends List<CartItem> {
  subtotal: string;
}

export interface Wish {
  id: number;
  productId: number;
  price: string;
  available: number;
}

export interface Totals {
  subtotal: string;
  discount: string;
  shipping: string;
  tax: string;
  total: string;
}

export interface Order extends Totals {
  orderNumber: string;
  status: string;
  paymentStatus: string;
  email: string;
  notes: string | null;
  items: { productId: number; name: string; quantity: number; price: string; total: string }[];
}

export interface Term {
  term: string;
  searches: number;
}
