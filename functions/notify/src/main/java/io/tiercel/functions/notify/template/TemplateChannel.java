package io.tiercel.functions.notify.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.qute.TemplateException;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.notify.http.DeliveryHttpClient;
import io.tiercel.functions.notify.text.GroupMessage;
import io.tiercel.functions.notify.text.IncidentText;
import io.tiercel.http.OutboundRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A channel that posts what a template renders. A rendered document that is invalid is never sent. */
public final class TemplateChannel implements NotificationChannel {
    /** The time between two updates of a growing incident, for services that replace messages. */
    private static final Duration EDIT_INTERVAL = Duration.ofSeconds(30);

    /** The time between two messages about a growing incident, for other services. */
    private static final Duration MESSAGE_INTERVAL = Duration.ofSeconds(10);

    private final String name;
    private final TemplateSettings settings;
    private final DeliveryHttpClient http;

    TemplateChannel(String name, TemplateSettings settings) {
        this.name = name;
        this.settings = settings;
        this.http = new DeliveryHttpClient(
                "the service", Duration.ZERO, DeliveryHttpClient.DEFAULT_TIMEOUT, settings.tls());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long nextCount(long deliveredCount) {
        return settings.edits() ? deliveredCount + 1 : NotificationChannel.super.nextCount(deliveredCount);
    }

    @Override
    public Duration updateInterval() {
        return settings.edits() ? EDIT_INTERVAL : MESSAGE_INTERVAL;
    }

    @Override
    public Duration sendInterval() {
        return settings.interval();
    }

    /** {@inheritDoc} Throws if a secret cannot be read or is invalid; the message then stays pending until it is fixed. */
    @Override
    public DeliveryResult send(IncidentNotification notification) {
        return settings.edits() || IncidentText.worthAMessage(notification)
                ? send(settings.incident(), TemplateModel.of(notification, settings::text))
                : new DeliveryResult.Skipped();
    }

    /** {@inheritDoc} Throws like {@link #send(IncidentNotification)}. */
    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return settings.edits() || GroupMessage.worthAMessage(notification, this)
                ? send(settings.group(), TemplateModel.of(notification, settings::text))
                : new DeliveryResult.Skipped();
    }

    private DeliveryResult send(MessageTemplate template, Map<String, Object> model) {
        String body;
        String path;
        try {
            MessageTemplate pathTemplate = settings.path();
            path = pathTemplate == null ? "" : pathTemplate.render(model).strip();
            body = template.render(model);
        } catch (TemplateException e) {
            return new DeliveryResult.Rejected(
                    "the template failed: " + SafeText.oneLine(String.valueOf(e.getMessage())));
        }
        Optional<String> problem = pathProblem(path).or(() -> problem(settings.contentType(), body));
        if (problem.isPresent()) {
            return new DeliveryResult.Rejected(problem.get());
        }
        URI address = ServiceAddress.parse(
                "the address (" + settings.address() + ") with the path of the template",
                settings.address().value() + path);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Content-Type", settings.contentType());
        settings.headers().forEach((header, value) -> headers.put(header, value.text()));
        return http.send(
                new OutboundRequest(settings.method(), address, headers, body.getBytes(StandardCharsets.UTF_8)),
                settings::accepts);
    }

    /** Returns why a path must not be appended to the address; empty if it cannot change the host. */
    static Optional<String> pathProblem(String path) {
        return path.isEmpty() || "/?&".indexOf(path.charAt(0)) >= 0
                ? Optional.empty()
                : Optional.of("the path of the template does not start with /, ? or &");
    }

    /** Returns why a body must not be sent; empty if it is valid. */
    static Optional<String> problem(String contentType, String body) {
        if (body.isBlank()) {
            return Optional.of("the template rendered an empty body");
        }
        if (Escaping.of(contentType).filter(Escaping.JSON::equals).isEmpty()) {
            return Optional.empty();
        }
        try {
            Json.SINGLE_DOCUMENT.readTree(body);
            return Optional.empty();
        } catch (JsonProcessingException e) {
            // The message of the exception would contain a part of the body.
            return Optional.of("the template rendered invalid JSON, line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr());
        }
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "template " + name;
    }
}
