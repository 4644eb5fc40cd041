package io.lagwise.samples.shop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says where the shop is, once it is open. */
@Component
class OpeningHours {
    private static final Logger log = LoggerFactory.getLogger(OpeningHours.class);

    private final Environment environment;

    OpeningHours(Environment environment) {
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void open() {
        String url = "http://localhost:" + environment.getProperty("local.server.port");
        log.info("The shop is open: {}  What routing does: {}/actuator/lagwise  Ctrl-C closes it.", url, url);
    }
}
