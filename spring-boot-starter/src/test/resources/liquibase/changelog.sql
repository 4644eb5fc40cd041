--liquibase formatted sql

--changeset test:1
create table by_liquibase (n integer primary key);

--changeset test:2
insert into by_liquibase values (1), (2);
