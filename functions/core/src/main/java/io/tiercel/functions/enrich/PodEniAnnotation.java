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

    private PodEniAnnotation() {}

    /**
     * Returns the ids of the interfaces. Omits values that are not interface ids.
     *
     * @throws JsonProcessingException if the value is not JSON
     */
    public static List<String> interfaceIds(String value) throws JsonProcessingException {
        List<String> ids = new ArrayList<>();
        for (JsonNode item : Json.MAPPER.readTree(value)) {
            String id = item.path("eniId").asText();
            if (ResourceNames.isNetworkInterfaceId(id)) {
                ids.add(id);
            }
        }
        return List.copyOf(ids);
    }
}
