package io.lagwise.boot.bookshop;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An ordinary application. */
@SpringBootApplication
public class Bookshop {}
