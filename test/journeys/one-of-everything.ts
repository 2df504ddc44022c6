// A schema with one of everything that SQLite enforces or offers.

export const ONE_OF_EVERYTHING = `
  create table customers (
    id integer primary key autoincrement,
    email text not null collate nocase unique,
    name text not null default 'nobody' check (length(name) between 1 and 40),
    kind text not null default 'new' check (kind in ('new', 'regular', 'gone')),
    active boolean not null default 1,
    created_at datetime not null default current_timestamp,
    updated_at datetime,
    token text default (lower(hex(randomblob(8)))));
  create table orders (
    id integer primary key,
    customer_id integer not null references customers (id) on delete cascade deferrable initially deferred,
    number text not null,
    quantity integer not null check (quantity > 0 and typeof(quantity) = 'integer'),
    price real not null default 0.5,
    paid integer not null default 0,
    total real generated always as (round(quantity * price, 2)) stored,
    label text as (upper(number) || ' x' || quantity) virtual,
    data text check (json_valid(data)),
    source text as (json_extract(data, '$.source')) virtual,
    constraint order_number check (number glob '[A-Z]*' and number not like '%x'));
  create unique index one_open on orders (customer_id) where paid = 0;
  create index by_day on customers (date(created_at) desc, id);
  create unique index by_number on orders (lower(number));
  create index by_source on orders (json_extract(data, '$.source'));
  create table audit (at datetime not null default (datetime('now')), what text, order_id integer, was real);
  create table counters (name text primary key, n integer not null default 0) without rowid;

  create view open_orders as
    select o.id, c.email, o.total as amount, c.active, o.quantity > 1 as several
      from orders o join customers c on c.id = o.customer_id where not o.paid order by c.email;
  create view totals (who, orders, spent) as
    select c.name, count(*), sum(o.total) from customers c left join orders o on o.customer_id = c.id group by c.id;
  create view of_view as select who, ifnull(spent, 0) > 10 as rich from totals where who like 'A%';

  insert into customers (id, email, name, kind, active, created_at) values
    (1, 'ann@example.org', 'Ann', 'regular', 1, '2024-01-31 10:00:00'), (2, 'Bob@example.org', 'Bob', 'new', 0, '2024-02-29 11:00:00'),
    (3, 'cy@example.org', 'Cy', 'gone', 1, '2024-03-01 12:00:00');
  insert into orders (id, customer_id, number, quantity, price, paid, data) values
    (1, 1, 'A1', 3, 2.5, 0, '{"source": "web"}'), (2, 1, 'A2', 1, 10.1, 1, null), (3, 2, 'B1', 2, 0.25, 0, '{"source": null}');
  insert into counters values ('orders', 3);

  create trigger stamp after update on customers begin
    update customers set updated_at = current_timestamp where id = new.id;
  end;
  create trigger count_up after insert on orders begin
    insert or ignore into counters (name) values ('orders');
    update counters set n = n + 1 where name = 'orders';
  end;
  create trigger count_down after delete on orders begin update counters set n = n - 1 where name = 'orders'; end;
  create trigger keep_price before update of price on orders when new.price <> old.price begin
    insert into audit (what, order_id, was) values ('price of ' || old.number, old.id, old.price);
  end;
  create trigger no_paid before delete on orders begin
    select raise(abort, 'a paid order stays') where old.paid = 1;
  end;
  create trigger limits before insert on orders begin
    select case when new.quantity > 100 then raise(abort, 'too many') when new.price < 0 then raise(abort, 'too cheap') end;
  end;
  create trigger through_view instead of delete on open_orders begin
    update orders set paid = 1 where id = old.id;
  end;
  create trigger odd after insert on audit begin select soundex(new.what); end;`;
