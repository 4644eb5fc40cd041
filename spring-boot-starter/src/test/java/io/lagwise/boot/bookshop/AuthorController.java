package io.lagwise.boot.bookshop;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Loads books lazily without a transaction, as open-in-view allows. */
@RestController
class AuthorController {
    private final Authors authors;

    AuthorController(Authors authors) {
        this.authors = authors;
    }

    @GetMapping("/authors/{id}/titles")
    List<String> titles(@PathVariable long id) {
        return authors.findById(id).orElseThrow().titles();
    }
}
