package io.tiercel.functions.respond;

import io.tiercel.functions.enrich.HostFacts;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a policy may ask for, and how each finds its target; a target that is not identified beyond doubt is none. */
enum Action {
    ISOLATE_POD("k8s:isolate-pod", host -> pod(host)),
    DELETE_POD("k8s:delete-pod", host -> pod(host)),
    LABEL_POD("k8s:label", host -> pod(host)),
    CORDON_NODE("k8s:cordon", host -> host.pod() == null ? Optional.empty() : node(host)),
    ISOLATE_INSTANCE("ec2:isolate", host -> instance(host)),
    PRESERVE_INSTANCE("ec2:preserve", host -> instance(host)),
    STOP_INSTANCE("ec2:stop", host -> instance(host)),
    NOTIFY("notify", host -> Optional.of("every channel"));

    /** Kubernetes' names: DNS subdomains. */
    private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

    private final String label;
    private final Function<HostFacts, Optional<String>> target;

    Action(String label, Function<HostFacts, Optional<String>> target) {
        this.label = label;
        this.target = target;
    }

    static Optional<Action> parse(String label) {
        return Arrays.stream(values())
                .filter(action -> action.label.equals(label))
                .findFirst();
    }

    static String labels() {
        return Arrays.stream(values()).map(Action::label).collect(Collectors.joining(", "));
    }

    String label() {
        return label;
    }

    Optional<String> target(HostFacts host) {
        return target.apply(host);
    }

    private static Optional<String> pod(HostFacts host) {
        return dnsName(host.namespace())
                .flatMap(namespace -> dnsName(host.pod()).map(pod -> "pod " + namespace + "/" + pod));
    }

    private static Optional<String> node(HostFacts host) {
        return dnsName(host.node()).map(node -> "node " + node);
    }

    private static Optional<String> instance(HostFacts host) {
        return Optional.ofNullable(host.instanceId()).map(id -> "instance " + id);
    }

    private static Optional<String> dnsName(@Nullable String name) {
        return Optional.ofNullable(name).filter(text -> DNS_NAME.matcher(text).matches());
    }
}
