package io.lagwise.testkit;

/** The database that the application under test uses, and its role without privileges. */
record ApplicationDatabase(String name, String user, String password) {

    void createOn(PostgresServer server) {
        try (AdminSession session = AdminSession.open(server)) {
            String role = session.text("SELECT quote_ident(?)", user);
            String secret = session.text("SELECT quote_literal(?)", password);
            session.execute("CREATE ROLE " + role + " LOGIN NOSUPERUSER PASSWORD " + secret);
            session.execute("CREATE DATABASE " + session.text("SELECT quote_ident(?)", name) + " OWNER " + role);
        }
    }
}
