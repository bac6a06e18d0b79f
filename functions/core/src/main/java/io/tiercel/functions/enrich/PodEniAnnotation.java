package io.tiercel.functions.enrich;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The annotation with which the VPC resource controller of EKS names the branch network interfaces of a pod. A pod's owner can
 * write it too, so its content is untrusted.
 */
public final class PodEniAnnotation {
    /** The key of the annotation. */
    public static final String KEY = "vpc.amazonaws.com/pod-eni";

    /** Maximum number of interfaces. EKS gives a pod one. */
    static final int MAX_INTERFACES = 16;

    private PodEniAnnotation() {}

    /** Signals that the annotation names more interfaces than a pod can have, each of which would cost a call of EC2. */
    private static final class TooManyInterfaces extends JsonProcessingException {
        private static final long serialVersionUID = 1L;

        TooManyInterfaces() {
            super("it names more than " + MAX_INTERFACES + " interfaces");
        }
    }

    /**
     * Returns the ids of the interfaces. Omits values that are not interface ids.
     *
     * @throws JsonProcessingException if the value is not JSON, or if it names more than {@link #MAX_INTERFACES} interfaces
     */
    public static List<String> interfaceIds(String value) throws JsonProcessingException {
        List<String> ids = new ArrayList<>();
        for (JsonNode item : Json.MAPPER.readTree(value)) {
            String id = item.path("eniId").asText();
            if (ResourceNames.isNetworkInterfaceId(id)) {
                ids.add(id);
            }
            if (ids.size() > MAX_INTERFACES) {
                throw new TooManyInterfaces();
            }
        }
        return List.copyOf(ids);
    }
}
