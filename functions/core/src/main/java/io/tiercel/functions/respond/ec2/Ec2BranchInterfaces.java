package io.tiercel.functions.respond.ec2;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.enrich.PodEniAnnotation;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
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
     * The interfaces of a pod.
     *
     * @param interfaces the confirmed branch interfaces
     * @param problem why further interfaces are not known; null if these are all
     */
    private record Found(
            List<NetworkInterface> interfaces, @Nullable String problem) {}

    /**
     * Reads the interfaces of a pod. A pod may write its own annotations, so an interface counts only if EC2 reports that it is a
     * branch interface with the pod's address. An invalid annotation is a problem in the result and not a failure, so that it
     * cannot keep the NetworkPolicy from isolating the pod.
     */
    private Found read(Pod pod) {
        String annotation = pod.annotations().get(PodEniAnnotation.KEY);
        if (annotation == null) {
            return new Found(List.of(), null);
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
            return new Found(
                    List.copyOf(interfaces),
                    foreign.isEmpty()
                            ? null
                            : foreign + " in the annotation " + PodEniAnnotation.KEY
                                    + " are not isolated: they do not have the pod's address " + pod.address());
        } catch (JsonProcessingException e) {
            return new Found(List.copyOf(interfaces), problem(e.getOriginalMessage()));
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.RETRYABLE) {
                throw e;
            }
            return new Found(List.copyOf(interfaces), problem(e.getMessage()));
        }
    }

    private static String problem(String message) {
        return "the branch interfaces in the annotation " + PodEniAnnotation.KEY + " are not isolated: " + message;
    }

    @Override
    public List<CapturedPart> capture(Pod pod) {
        return read(pod).interfaces().stream()
                .map(found -> CapturedPart.of(PartKeys.interfaceGroups(found.id()), found))
                .toList();
    }

    @Override
    public List<String> preview(ActionContext context, Pod pod) {
        Found found = read(pod);
        List<String> notes = new ArrayList<>(quarantine.preview(found.interfaces()));
        if (found.problem() != null) {
            notes.add(found.problem());
        }
        return notes;
    }

    @Override
    public void closeOpen(ActionContext context, HeldParts parts) {}

    private static List<NetworkInterface> interfaces(HeldParts parts) {
        return parts.all().stream()
                .filter(part -> PartKeys.isInterfaceGroups(part.key()))
                .map(part -> part.prior(NetworkInterface.class))
                .toList();
    }

    @Override
    public Result isolate(ActionContext context, Pod pod, HeldParts parts) {
        List<NetworkInterface> interfaces = interfaces(parts);
        Stream<@Nullable String> problems = interfaces.stream().map(networkInterface -> {
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
        List<String> all = Stream.concat(
                        problems.filter(Objects::nonNull),
                        Stream.ofNullable(read(pod).problem()))
                .toList();
        quarantine.deleteUntrackGroups(context, vpcs(interfaces));
        return new Result(all, List.of(), !interfaces.isEmpty() && all.isEmpty());
    }

    private static Set<String> vpcs(List<NetworkInterface> interfaces) {
        return interfaces.stream().map(NetworkInterface::vpc).collect(Collectors.toSet());
    }

    @Override
    public Result release(ActionContext context, HeldParts parts) {
        List<NetworkInterface> interfaces = interfaces(parts);
        List<String> problems = interfaces.stream()
                .map(networkInterface -> quarantine.release(context, networkInterface))
                .filter(Objects::nonNull)
                .toList();
        quarantine.deleteUntrackGroups(context, vpcs(interfaces));
        return new Result(problems, List.of(), false);
    }

    @Override
    public List<String> previewRelease(HeldParts parts) {
        return List.of();
    }
}
