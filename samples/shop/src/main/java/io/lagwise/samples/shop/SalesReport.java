package io.lagwise.samples.shop;

import io.lagwise.LagIgnore;
import java.math.BigDecimal;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Sales by product; a moment's lag does not matter here, so the writer is never asked. */
@Repository
class SalesReport {
    private static final String SALES =
            """
            select p.name, count(o.id) as orders, coalesce(sum(o.quantity), 0) as pieces,
                   coalesce(sum(o.quantity * p.price), 0) as revenue
            from shop_product p left join shop_order o on o.product_id = p.id
            group by p.id, p.name
            order by revenue desc, p.name
            """;

    record Line(String product, long orders, long pieces, BigDecimal revenue) {}

    private final JdbcTemplate jdbc;

    SalesReport(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @LagIgnore
    public List<Line> byProduct() {
        return jdbc.query(
                SALES,
                (row, number) -> new Line(
                        row.getString("name"),
                        row.getLong("orders"),
                        row.getLong("pieces"),
                        row.getBigDecimal("revenue")));
    }
}
