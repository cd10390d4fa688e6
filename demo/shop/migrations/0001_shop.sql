-- Northgate: customers, what they order, and the people who work here.
CREATE TABLE shop.users (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username text NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('manager', 'sales', 'support', 'service')),
  password_hash text,
  api_token text UNIQUE,
  last_sign_in_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shop.customers (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  phone text,
  address jsonb NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  credit_limit numeric(12, 2) NOT NULL DEFAULT 0 CHECK (credit_limit >= 0),
  note text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shop.products (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL UNIQUE,
  name text NOT NULL,
  price numeric(10, 2) NOT NULL CHECK (price >= 0),
  stock integer NOT NULL DEFAULT 0 CHECK (stock >= 0),
  attributes jsonb NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  repriced_at timestamptz
);

CREATE TABLE shop.orders (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES shop.customers ON DELETE CASCADE,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'shipped', 'invoiced', 'cancelled')),
  total numeric(12, 2) NOT NULL DEFAULT 0,
  refunded numeric(12, 2) NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND total),
  delivery jsonb NOT NULL DEFAULT '{}',
  note text,
  placed_at timestamptz NOT NULL DEFAULT now(),
  shipped_at timestamptz
);
CREATE INDEX orders_customer ON shop.orders (customer_id);

CREATE TABLE shop.order_lines (
  order_id integer NOT NULL REFERENCES shop.orders ON DELETE CASCADE,
  line integer NOT NULL CHECK (line > 0),
  product_id integer NOT NULL REFERENCES shop.products,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price numeric(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line)
);
