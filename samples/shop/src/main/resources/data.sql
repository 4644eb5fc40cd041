insert into shop_product (name, price, stock) values
    ('Compass', 24.00, 500),
    ('Head torch', 39.50, 500),
    ('Kettle', 18.90, 500),
    ('Map of the valley', 9.80, 500),
    ('Rope, 30 m', 64.00, 500),
    ('Rucksack', 119.00, 500),
    ('Tent', 249.00, 500),
    ('Wool socks', 14.50, 500)
on conflict (name) do nothing;
