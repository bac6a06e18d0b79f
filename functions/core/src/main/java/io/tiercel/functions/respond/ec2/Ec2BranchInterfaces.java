package io.tiercel.functions.respond.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.ec2.Ec2Api.Interface;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Branch interfaces of pods, found by the annotation that EKS's VPC resource controller gives them. */
public final class Ec2BranchInterfaces implements BranchInterfaces {
    private static final int MAX_INTERFACES = 8;
    private static final Pattern INTERFACE_ID = Pattern.compile("eni-[0-9a-f]{8,17}");

    private final Ec2Api ec2;
    private final InterfaceQuarantine quarantine;

    public Ec2BranchInterfaces(Ec2Api ec2) {
        this.ec2 = ec2;
        this.quarantine = new InterfaceQuarantine(ec2);
    }

    /**
     * @param interfaces as they were
     * @param problem why more are not known; null if these are all
     */
    private record Prior(
            List<Interface> interfaces, @Nullable String problem) {}

    /**
     * A pod may write its own annotations, so only what EC2 says is a branch interface with the pod's address counts, and one
     * that says nothing must not keep its pod from being cut off by the policy.
     */
    private Prior of(Pod pod) {
        String annotation = pod.annotations().get(ANNOTATION);
        if (annotation == null) {
            return new Prior(List.of(), null);
        }
        List<Interface> interfaces = new ArrayList<>();
        List<String> foreign = new ArrayList<>();
        try {
            for (JsonNode one : StateJson.read(annotation, JsonNode.class)) {
                String id = one.path("eniId").asText();
                if (INTERFACE_ID.matcher(id).matches() && interfaces.size() < MAX_INTERFACES) {
                    ec2.networkInterface(id)
                            .filter(known -> known.type().equals("branch"))
                            .ifPresent(known -> {
                                if (known.addresses().stream().anyMatch(address -> address.equals(pod.address()))) {
                                    interfaces.add(known);
                                } else {
                                    foreign.add(id);
                                }
                            });
                }
            }
            return new Prior(
                    List.copyOf(interfaces),
                    foreign.isEmpty()
                            ? null
                            : foreign + " of the annotation " + ANNOTATION
                                    + " are not isolated: they do not have the pod's address " + pod.address());
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.PASSING) {
                throw e;
            }
            return new Prior(
                    List.copyOf(interfaces),
                    "interfaces of its own, by the annotation " + ANNOTATION + ", are not isolated: " + e.getMessage());
        }
    }

    @Override
    public @Nullable String capture(Pod pod) {
        Prior prior = of(pod);
        return prior.interfaces().isEmpty() && prior.problem() == null ? null : StateJson.write(prior);
    }

    @Override
    public List<String> preview(Pod pod) {
        Prior prior = of(pod);
        List<String> notes = new ArrayList<>(quarantine.preview(prior.interfaces()));
        if (prior.problem() != null) {
            notes.add(prior.problem());
        }
        return notes;
    }

    private static Stream<Interface> interfaces(@Nullable String prior) {
        return prior == null ? Stream.empty() : StateJson.read(prior, Prior.class).interfaces().stream();
    }

    private static Stream<String> problem(@Nullable String prior) {
        return prior == null
                ? Stream.empty()
                : Stream.ofNullable(StateJson.read(prior, Prior.class).problem());
    }

    @Override
    public List<String> isolate(ActionContext work, @Nullable String prior) {
        Stream<@Nullable String> isolated = interfaces(prior).map(one -> {
            try {
                String closed = quarantine.closedGroup(work, one.vpc());
                return quarantine.isolate(work, one, closed, quarantine.openGroup(work, one.vpc()));
            } catch (ActionException e) {
                return one.id() + " is not isolated: " + e.getMessage();
            }
        });
        return Stream.concat(isolated.filter(Objects::nonNull), problem(prior)).toList();
    }

    @Override
    public List<String> release(ActionContext work, @Nullable String prior) {
        return interfaces(prior)
                .map(one -> quarantine.release(work, one))
                .filter(Objects::nonNull)
                .toList();
    }
}
