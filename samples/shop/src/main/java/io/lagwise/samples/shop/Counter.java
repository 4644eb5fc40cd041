package io.lagwise.samples.shop;

import java.time.Clock;
import java.util.List;
import java.util.NoSuchElementException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Where customers are served: writes in read-write transactions, looks things up in read-only ones. */
@Service
class Counter {
    private final Products products;
    private final Orders orders;
    private final Clock clock = Clock.systemUTC();

    Counter(Products products, Orders orders) {
        this.products = products;
        this.orders = orders;
    }

    /** Sells; the product row is checked by its version, so that nothing is sold twice. */
    @Transactional
    public Receipt order(long productId, int quantity) {
        Product product = product(productId);
        product.take(quantity);
        return Receipt.of(orders.save(new PurchaseOrder(product, quantity, clock.instant())));
    }

    /** Puts goods on the shelf. */
    @Transactional
    public void deliver(long productId, int quantity) {
        product(productId).deliver(quantity);
    }

    /** Returns the latest sales. */
    @Transactional(readOnly = true)
    public List<Receipt> latest() {
        return orders.findTop20ByOrderByIdDesc().stream().map(Receipt::of).toList();
    }

    /** Returns one sale. */
    @Transactional(readOnly = true)
    public Receipt receipt(long id) {
        return orders.findById(id).map(Receipt::of).orElseThrow(() -> new NoSuchElementException("order " + id));
    }

    private Product product(long id) {
        return products.findById(id).orElseThrow(() -> new NoSuchElementException("product " + id));
    }
}
