create table by_flyway (n integer primary key);
insert into by_flyway values (1), (2);
