package io.lagwise.samples.shop;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Says that more was ordered than there is. */
@ResponseStatus(HttpStatus.CONFLICT)
class OutOfStockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfStockException(String product, int stock) {
        super("Only " + stock + " left of " + product);
    }
}
