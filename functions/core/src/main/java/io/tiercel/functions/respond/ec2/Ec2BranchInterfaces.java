package io.tiercel.functions.respond.ec2;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.enrich.PodEniAnnotation;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The branch network interfaces of pods in EC2, found through the annotation of the VPC resource controller of EKS. */
public final class Ec2BranchInterfaces implements BranchInterfaces {
    private static final int MAX_INTERFACES = 8;

    private final Ec2Api ec2;
    private final InterfaceQuarantine quarantine;

    public Ec2BranchInterfaces(Ec2Api ec2) {
        this.ec2 = ec2;
        this.quarantine = new InterfaceQuarantine(ec2);
    }

    /**
     * The state before the first write.
     *
     * @param interfaces the confirmed branch interfaces
     * @param problem why further interfaces are not known; null if these are all
     */
    private record Prior(
            List<NetworkInterface> interfaces, @Nullable String problem) {}

    /**
     * Reads the interfaces of a pod. A pod may write its own annotations, so an interface counts only if EC2 reports that it is a
     * branch interface with the pod's address. An invalid annotation is a problem in the result and not a failure, so that it
     * cannot keep the NetworkPolicy from isolating the pod.
     */
    private Prior read(Pod pod) {
        String annotation = pod.annotations().get(PodEniAnnotation.KEY);
        if (annotation == null) {
            return new Prior(List.of(), null);
        }
        List<NetworkInterface> interfaces = new ArrayList<>();
        List<String> foreign = new ArrayList<>();
        try {
            for (String id : PodEniAnnotation.interfaceIds(annotation)) {
                if (interfaces.size() >= MAX_INTERFACES) {
                    break;
                }
                ec2.networkInterface(id)
                        .filter(found -> found.type().equals("branch"))
                        .ifPresent(found -> {
                            if (found.addresses().stream().anyMatch(address -> address.equals(pod.address()))) {
                                interfaces.add(found);
                            } else {
                                foreign.add(id);
                            }
                        });
            }
            return new Prior(
                    List.copyOf(interfaces),
                    foreign.isEmpty()
                            ? null
                            : foreign + " in the annotation " + PodEniAnnotation.KEY
                                    + " are not isolated: they do not have the pod's address " + pod.address());
        } catch (JsonProcessingException e) {
            return new Prior(List.copyOf(interfaces), problem(e.getOriginalMessage()));
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.RETRYABLE) {
                throw e;
            }
            return new Prior(List.copyOf(interfaces), problem(e.getMessage()));
        }
    }

    private static String problem(String message) {
        return "the branch interfaces in the annotation " + PodEniAnnotation.KEY + " are not isolated: " + message;
    }

    @Override
    public @Nullable String capture(Pod pod) {
        Prior prior = read(pod);
        return prior.interfaces().isEmpty() && prior.problem() == null ? null : Json.write(prior);
    }

    @Override
    public List<String> preview(Pod pod) {
        Prior prior = read(pod);
        List<String> notes = new ArrayList<>(quarantine.preview(prior.interfaces()));
        if (prior.problem() != null) {
            notes.add(prior.problem());
        }
        return notes;
    }

    private static Prior parse(@Nullable String prior) {
        return prior == null ? new Prior(List.of(), null) : CapturedState.parse(prior, Prior.class);
    }

    @Override
    public List<String> isolate(ActionContext context, @Nullable String priorState) {
        Prior prior = parse(priorState);
        Stream<@Nullable String> problems = prior.interfaces().stream().map(networkInterface -> {
            try {
                String vpc = networkInterface.vpc();
                String quarantineGroup = quarantine.ensureQuarantineGroup(context, vpc);
                if (!quarantine.isOutside(networkInterface, quarantineGroup)) {
                    return null;
                }
                String untrackGroup = quarantine.ensureUntrackGroup(context, vpc);
                return quarantine.isolate(context, networkInterface, quarantineGroup, untrackGroup);
            } catch (ActionException e) {
                return networkInterface.id() + " is not isolated: " + e.getMessage();
            }
        });
        List<String> all = Stream.concat(problems.filter(Objects::nonNull), Stream.ofNullable(prior.problem()))
                .toList();
        quarantine.deleteUntrackGroups(context, vpcs(prior));
        return all;
    }

    private static Set<String> vpcs(Prior prior) {
        return prior.interfaces().stream().map(NetworkInterface::vpc).collect(Collectors.toSet());
    }

    @Override
    public List<String> release(ActionContext context, @Nullable String priorState) {
        Prior prior = parse(priorState);
        List<String> problems = prior.interfaces().stream()
                .map(networkInterface -> quarantine.release(context, networkInterface))
                .filter(Objects::nonNull)
                .toList();
        quarantine.deleteUntrackGroups(context, vpcs(prior));
        return problems;
    }
}
