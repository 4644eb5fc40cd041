package io.lagwise.samples.shop;

import io.lagwise.CachedSql;
import io.lagwise.UseWriter;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** All products; an ordinary Spring Data repository. */
interface Products extends Repository<Product, Long> {
    /** Is asked by everybody, and answered from the cache until a product changes. */
    @CachedSql(ttl = "1m")
    List<Product> findAllByOrderByName();

    Optional<Product> findById(long id);

    /** Asks the writer even where a reader has the last sale. */
    @UseWriter
    @Query("select p.stock from Product p where p.id = :id")
    Optional<Integer> stockOf(long id);
}
