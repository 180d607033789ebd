-- The shop of an invented company, Vélo Bleu: bicycles sold and mended. All people are invented.
CREATE TABLE customer (
    id integer PRIMARY KEY,
    first_name varchar(80),
    last_name varchar(80),
    email varchar(200),
    phone varchar(30),
    accepts_news boolean NOT NULL DEFAULT false,
    last_order_on date
);
CREATE TABLE delivery_address (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer (id),
    line varchar(200),
    postcode varchar(10),
    city varchar(80)
);
CREATE TABLE product (
    id integer PRIMARY KEY,
    label varchar(120) NOT NULL,
    price numeric(8, 2) NOT NULL
);
CREATE TABLE purchase (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer (id),
    ordered_on date NOT NULL,
    state varchar(20) NOT NULL
);
CREATE TABLE purchase_line (
    id integer PRIMARY KEY,
    purchase_id integer NOT NULL REFERENCES purchase (id),
    product_id integer NOT NULL REFERENCES product (id),
    quantity integer NOT NULL
);
CREATE TABLE invoice (
    id integer PRIMARY KEY,
    customer_id integer REFERENCES customer (id),
    number varchar(20) NOT NULL,
    issued_on date NOT NULL,
    billed_to varchar(200),
    total numeric(8, 2) NOT NULL,
    archived boolean NOT NULL DEFAULT false
);
CREATE TABLE repair (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer (id),
    brought_on date NOT NULL,
    bicycle varchar(120),
    workshop_notes text
);
CREATE TABLE newsletter (
    id integer PRIMARY KEY,
    email varchar(200) NOT NULL,
    subscribed_on date NOT NULL,
    last_click_on date
);

INSERT INTO customer VALUES
    (1, 'Aline', 'Kermadec', 'aline.kermadec@courriel.example', '+33 6 39 98 01 01', true, '2026-09-12'),
    (2, 'Tom', 'Ashworth', 'tom.ashworth@mail.example', '+33 6 39 98 01 02', true, '2025-03-02'),
    (3, 'Basile', 'Orsini', 'basile.orsini@courriel.example', '+33 6 39 98 01 03', false, '2026-10-30');
INSERT INTO delivery_address VALUES
    (1, 1, '12 quai des Brumes', '44000', 'Nantes'),
    (2, 2, '3 rue du Pignon Fixe', '44100', 'Nantes'),
    (3, 3, '8 allée du Guidon', '44300', 'Nantes');
INSERT INTO product VALUES
    (1, 'Vélo de ville bleu', 690.00), (2, 'Sacoche', 59.00), (3, 'Casque', 79.00);
INSERT INTO purchase VALUES
    (1, 1, '2026-09-12', 'delivered'), (2, 2, '2025-03-02', 'delivered'), (3, 3, '2026-10-30', 'paid');
INSERT INTO purchase_line VALUES (1, 1, 1, 1), (2, 1, 3, 1), (3, 2, 2, 2), (4, 3, 3, 1);
INSERT INTO invoice VALUES
    (1, 1, 'F-2026-0117', '2026-09-12', 'Aline Kermadec, 12 quai des Brumes, 44000 Nantes', 769.00, false),
    (2, 2, 'F-2025-0031', '2025-03-02', 'Tom Ashworth, 3 rue du Pignon Fixe, 44100 Nantes', 118.00, false),
    (3, 3, 'F-2026-0140', '2026-10-30', 'Basile Orsini, 8 allée du Guidon, 44300 Nantes', 79.00, false);
INSERT INTO repair VALUES
    (1, 1, '2026-10-02', 'Vélo de ville bleu', 'Roue voilée. Son voisin, M. Le Goff, est passé le reprendre.'),
    (2, 2, '2025-06-18', 'Old Peugeot', 'Chain replaced.');
INSERT INTO newsletter VALUES
    (1, 'aline.kermadec@courriel.example', '2026-01-04', '2026-11-02'),
    (2, 'tom.ashworth@mail.example', '2024-11-20', '2025-01-15');

-- One role that only reads, one that changes and deletes.
CREATE ROLE velo_read LOGIN PASSWORD 'read-me';
CREATE ROLE velo_act LOGIN PASSWORD 'act-for-me';
GRANT USAGE ON SCHEMA public TO velo_read, velo_act;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO velo_read;
GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO velo_act;
