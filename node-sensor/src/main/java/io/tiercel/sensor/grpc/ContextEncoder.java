package io.tiercel.sensor.grpc;

import io.tiercel.rules.alert.AlertContainer;
import io.tiercel.rules.alert.AlertContext;
import io.tiercel.rules.alert.AlertProcess;
import io.tiercel.rules.alert.AlertText;
import io.tiercel.sensor.grpc.v1.ContainerContext;
import io.tiercel.sensor.grpc.v1.Context;
import io.tiercel.sensor.grpc.v1.ProcessContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An encoder and decoder for the context in {@code tiercel.v1}. */
final class ContextEncoder {
    private ContextEncoder() {}

    static Context encode(AlertContext context) {
        Context.Builder message = Context.newBuilder().setTruncated(context.truncated());
        context.ancestors().forEach(process -> message.addAncestors(encode(process)));
        AlertContainer container = context.container();
        if (container != null) {
            message.setContainer(encode(container));
        }
        return message.build();
    }

    private static ProcessContext encode(AlertProcess process) {
        ProcessContext.Builder message = ProcessContext.newBuilder().setPid(process.pid());
        set(process.name(), message::setName);
        set(process.exe(), message::setExe);
        set(process.cmdline(), message::setCmdline);
        set(process.user(), message::setUser);
        if (process.startNanos() != 0) {
            message.setStartTime(FalcoAlertEncoder.time(process.startNanos()));
        }
        return message.build();
    }

    private static ContainerContext encode(AlertContainer container) {
        ContainerContext.Builder message = ContainerContext.newBuilder();
        set(container.id(), message::setId);
        set(container.name(), message::setName);
        set(container.image(), message::setImage);
        set(container.imageDigest(), message::setImageDigest);
        set(container.runtime(), message::setRuntime);
        set(container.pod(), message::setPod);
        set(container.namespace(), message::setNamespace);
        set(container.podUid(), message::setPodUid);
        if (container.privileged() != null) {
            message.setPrivileged(container.privileged());
        }
        if (container.startNanos() != 0) {
            message.setStartedAt(FalcoAlertEncoder.time(container.startNanos()));
        }
        return message.build();
    }

    private static void set(@Nullable String text, Consumer<String> setter) {
        if (text != null) {
            setter.accept(AlertText.wellFormed(text));
        }
    }

    static AlertContext decode(Context message) {
        return new AlertContext(
                message.getAncestorsList().stream().map(ContextEncoder::decode).toList(),
                message.hasContainer() ? decode(message.getContainer()) : null,
                message.getTruncated());
    }

    private static AlertProcess decode(ProcessContext message) {
        return new AlertProcess(
                message.getPid(),
                message.hasName() ? message.getName() : null,
                message.hasExe() ? message.getExe() : null,
                message.hasCmdline() ? message.getCmdline() : null,
                message.hasUser() ? message.getUser() : null,
                message.hasStartTime() ? FalcoAlertEncoder.nanos(message.getStartTime()) : 0);
    }

    private static AlertContainer decode(ContainerContext message) {
        return new AlertContainer(
                message.hasId() ? message.getId() : null,
                message.hasName() ? message.getName() : null,
                message.hasImage() ? message.getImage() : null,
                message.hasImageDigest() ? message.getImageDigest() : null,
                message.hasRuntime() ? message.getRuntime() : null,
                message.hasPrivileged() ? message.getPrivileged() : null,
                message.hasPod() ? message.getPod() : null,
                message.hasNamespace() ? message.getNamespace() : null,
                message.hasPodUid() ? message.getPodUid() : null,
                message.hasStartedAt() ? FalcoAlertEncoder.nanos(message.getStartedAt()) : 0);
    }
}
