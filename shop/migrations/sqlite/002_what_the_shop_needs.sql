-- What 001 left out (see docs/from-the-plan.md), and the tables of features that it does not have.

-- Foreign keys without an index: deleting a parent read the whole child.
CREATE INDEX idx_order_items_order ON order_items(order_id);
CREATE INDEX idx_order_items_product ON order_items(product_id);
CREATE INDEX idx_addresses_user ON user_addresses(user_id);
CREATE INDEX idx_categories_parent ON categories(parent_id);
CREATE INDEX idx_cart_product ON cart_items(product_id);
CREATE INDEX idx_wishlist_product ON wishlist_items(product_id);
CREATE INDEX idx_reviews_order ON product_reviews(order_id);
CREATE INDEX idx_search_user ON search_history(user_id);
CREATE INDEX idx_search_session ON search_history(session_id);
CREATE INDEX idx_tokens_user ON email_tokens(user_id);

-- The unique constraint on slug has an index already.
DROP INDEX idx_products_slug;

-- Old accounts may differ in case alone, so this one is not unique; new addresses are stored in lower case.
CREATE INDEX idx_users_email_lower ON users(lower(email));
CREATE INDEX idx_orders_email_lower ON orders(lower(email));

-- A list of products is asked for by category, newest first.
CREATE INDEX idx_products_listed ON products(category_id, id DESC) WHERE status = 'active';

-- What a search looks through: name, number, tags and short description in lower case, without accents (docs/shop.md).
ALTER TABLE products ADD COLUMN search_text TEXT;

-- SQLite adds no CHECK to a table that is there; triggers refuse the same rows.
CREATE TRIGGER products_stock_check_insert BEFORE INSERT ON products WHEN new.stock < 0 BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: stock >= 0');
END;
CREATE TRIGGER products_stock_check_update BEFORE UPDATE OF stock ON products WHEN new.stock < 0 BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: stock >= 0');
END;
CREATE TRIGGER cart_items_quantity_check_insert BEFORE INSERT ON cart_items WHEN new.quantity <= 0 BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: quantity > 0');
END;
CREATE TRIGGER cart_items_quantity_check_update BEFORE UPDATE OF quantity ON cart_items WHEN new.quantity <= 0 BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: quantity > 0');
END;
CREATE TRIGGER order_items_quantity_check_insert BEFORE INSERT ON order_items WHEN new.quantity <= 0 BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: quantity > 0');
END;
CREATE TRIGGER order_items_quantity_check_update BEFORE UPDATE OF quantity ON order_items WHEN new.quantity <= 0 BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: quantity > 0');
END;

-- UNIQUE(product_id, user_id, order_id) lets any number of reviews without an order pass, since NULLs differ. The last one
-- counts; those before it are kept aside.
CREATE TABLE superseded_reviews AS
  SELECT * FROM product_reviews AS r
   WHERE r.order_id IS NULL AND EXISTS (
     SELECT 1 FROM product_reviews AS later
      WHERE later.product_id = r.product_id AND later.user_id = r.user_id AND later.order_id IS NULL AND later.id > r.id);
DELETE FROM product_reviews WHERE id IN (SELECT id FROM superseded_reviews);
CREATE UNIQUE INDEX idx_reviews_without_order ON product_reviews(product_id, user_id) WHERE order_id IS NULL;

-- One default address of each type.
CREATE UNIQUE INDEX idx_addresses_default ON user_addresses(user_id, type) WHERE is_default = 1;

-- As the triggers of 001 on PostgreSQL do.
CREATE TRIGGER update_users_updated_at AFTER UPDATE ON users WHEN new.updated_at IS old.updated_at BEGIN
  UPDATE users SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id;
END;
CREATE TRIGGER update_admins_updated_at AFTER UPDATE ON admins WHEN new.updated_at IS old.updated_at BEGIN
  UPDATE admins SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id;
END;
CREATE TRIGGER update_categories_updated_at AFTER UPDATE ON categories WHEN new.updated_at IS old.updated_at BEGIN
  UPDATE categories SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id;
END;
CREATE TRIGGER update_products_updated_at AFTER UPDATE ON products WHEN new.updated_at IS old.updated_at BEGIN
  UPDATE products SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id;
END;
CREATE TRIGGER update_user_addresses_updated_at AFTER UPDATE ON user_addresses WHEN new.updated_at IS old.updated_at BEGIN
  UPDATE user_addresses SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id;
END;
CREATE TRIGGER update_cart_items_updated_at AFTER UPDATE ON cart_items WHEN new.updated_at IS old.updated_at BEGIN
  UPDATE cart_items SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id;
END;
CREATE TRIGGER update_orders_updated_at AFTER UPDATE ON orders WHEN new.updated_at IS old.updated_at BEGIN
  UPDATE orders SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id;
END;
CREATE TRIGGER update_product_reviews_updated_at AFTER UPDATE ON product_reviews WHEN new.updated_at IS old.updated_at BEGIN
  UPDATE product_reviews SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id;
END;

-- Sessions of customers, of admins and of guests. The cookie holds the id, the table its SHA-256.
CREATE TABLE sessions (
  id VARCHAR(64) PRIMARY KEY,
  user_id INTEGER REFERENCES users(id) ON DELETE CASCADE,
  admin_id INTEGER REFERENCES admins(id) ON DELETE CASCADE,
  cart_key VARCHAR(64) UNIQUE NOT NULL,
  csrf_token VARCHAR(64) NOT NULL,
  expires_at DATETIME NOT NULL,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CHECK (user_id IS NULL OR admin_id IS NULL)
);
CREATE INDEX idx_sessions_user ON sessions(user_id);
CREATE INDEX idx_sessions_admin ON sessions(admin_id);
CREATE INDEX idx_sessions_expires ON sessions(expires_at);

-- What a request with an idempotency key was answered, so that a repeated one is answered alike.
CREATE TABLE idempotency_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner VARCHAR(80) NOT NULL,
  key VARCHAR(255) NOT NULL,
  request_hash VARCHAR(64) NOT NULL,
  order_id INTEGER REFERENCES orders(id) ON DELETE CASCADE,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (owner, key)
);
CREATE INDEX idx_idempotency_order ON idempotency_keys(order_id);

-- Who found a review helpful.
CREATE TABLE review_votes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  review_id INTEGER NOT NULL REFERENCES product_reviews(id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (review_id, user_id)
);
CREATE INDEX idx_votes_user ON review_votes(user_id);

-- Mail that waits to be sent; written in the transaction whose event it tells.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  recipient VARCHAR(255) NOT NULL,
  template VARCHAR(50) NOT NULL,
  payload JSON NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_at DATETIME,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_outbox_waiting ON outbox(id) WHERE sent_at IS NULL;

-- Codes that a customer may enter at checkout: a percentage or an amount off.
CREATE TABLE discounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  code VARCHAR(50) UNIQUE NOT NULL,
  percent INTEGER CHECK (percent BETWEEN 1 AND 100),
  amount DECIMAL(10,2) CHECK (amount > 0),
  minimum_subtotal DECIMAL(10,2) NOT NULL DEFAULT 0,
  max_uses INTEGER,
  used_count INTEGER NOT NULL DEFAULT 0,
  ends_at DATETIME,
  is_active BOOLEAN NOT NULL DEFAULT 1,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CHECK ((percent IS NULL) <> (amount IS NULL)),
  CHECK (max_uses IS NULL OR used_count <= max_uses)
);
