package io.lagwise.jdbc;

/** Something of the application that has an object of the driver on a lease. */
interface Bound {
    /** Returns whether it still needs the connection, as results of it may be read. */
    boolean hasOpenResult();

    /** Closes the driver's object, as the lease has ended and knows this no longer; never throws. */
    void unbind();
}
