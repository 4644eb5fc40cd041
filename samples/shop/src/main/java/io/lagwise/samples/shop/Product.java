package io.lagwise.samples.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;

/** Something to buy. */
@Entity
@Table(name = "shop_product")
class Product {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private long id;

    private String name = "";
    private BigDecimal price = BigDecimal.ZERO;
    private int stock;

    @Version
    private int version;

    protected Product() {}

    long getId() {
        return id;
    }

    String getName() {
        return name;
    }

    BigDecimal getPrice() {
        return price;
    }

    int getStock() {
        return stock;
    }

    void take(int quantity) {
        if (quantity > stock) {
            throw new OutOfStockException(name, stock);
        }
        stock -= quantity;
    }

    void deliver(int quantity) {
        stock += quantity;
    }
}
