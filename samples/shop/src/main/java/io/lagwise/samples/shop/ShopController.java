package io.lagwise.samples.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.NoSuchElementException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The shop over HTTP. */
@RestController
@RequestMapping("/api")
class ShopController {
    record Article(long id, String name, BigDecimal price, int stock) {
        static Article of(Product product) {
            return new Article(product.getId(), product.getName(), product.getPrice(), product.getStock());
        }
    }

    record NewOrder(long productId, int quantity) {}

    private final Products products;
    private final Counter counter;
    private final SalesReport report;

    ShopController(Products products, Counter counter, SalesReport report) {
        this.products = products;
        this.counter = counter;
        this.report = report;
    }

    @GetMapping("/products")
    List<Article> products() {
        return products.findAllByOrderByName().stream().map(Article::of).toList();
    }

    @GetMapping("/products/{id}")
    Article product(@PathVariable long id) {
        return products.findById(id).map(Article::of).orElseThrow();
    }

    @GetMapping("/products/{id}/stock")
    int stock(@PathVariable long id) {
        return products.stockOf(id).orElseThrow();
    }

    @PostMapping("/orders")
    @ResponseStatus(HttpStatus.CREATED)
    Receipt order(@RequestBody NewOrder order) {
        return counter.order(order.productId(), order.quantity());
    }

    @GetMapping("/orders")
    List<Receipt> orders() {
        return counter.latest();
    }

    @GetMapping("/orders/{id}")
    Receipt order(@PathVariable long id) {
        return counter.receipt(id);
    }

    @GetMapping("/report")
    List<SalesReport.Line> report() {
        return report.byProduct();
    }

    /** Somebody else bought the same product at the same moment. */
    @ExceptionHandler(OptimisticLockingFailureException.class)
    @ResponseStatus(HttpStatus.CONFLICT)
    void busy() {}

    @ExceptionHandler(NoSuchElementException.class)
    @ResponseStatus(HttpStatus.NOT_FOUND)
    void notFound() {}
}
