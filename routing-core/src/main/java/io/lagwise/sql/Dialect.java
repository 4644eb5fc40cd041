package io.lagwise.sql;

/** The SQL dialects whose statements are understood. */
public enum Dialect {
    /** PostgreSQL and what speaks its SQL. */
    POSTGRESQL,
    /** MySQL 8 and later. */
    MYSQL,
    /** MariaDB 10.6 and later. */
    MARIADB,
    /** Microsoft SQL Server. */
    SQLSERVER,
    /** Standard SQL; for databases that are not named here. */
    ANSI
}
