"""Runs the moto server on 127.0.0.1 with patches for features that moto lacks. Usage: moto_server.py PORT_FILE [PORT]

SQS and DynamoDB behave as AWS documents, with a few throttled and conflicting requests: see documented_limits.py.

The server needs the Debian packages python3-moto, python3-flask-cors and python3-jsonpath-ng. It binds PORT, or a free port by
default, and writes the port to PORT_FILE when it listens. It exits when its standard input closes, so it never outlives the test
that started it.
"""

import copy
import datetime
import functools
import io
import os
import sys
import threading
import traceback
from types import SimpleNamespace

import documented_limits
import moto.autoscaling.models as autoscaling
import moto.backends as backends
import moto.core.responses as responses
import moto.dynamodb.models as dynamodb
import moto.ec2.models.elastic_network_interfaces as interfaces
import moto.ec2.utils as filters
import moto.eks.models as eks
from moto.awslambda.models import EventSourceMapping
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models.table import Table
from moto.ec2.models.instances import Instance
from moto.ec2.responses import EC2Response
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs.models import Queue
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app


def support_redrive_allow_policy():
    """moto stores this attribute but does not return it."""
    Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
    Queue.redrive_allow_policy = None


def preserve_queue_policy():
    """moto deletes a queue's policy on every SetQueueAttributes call without a policy."""
    set_attributes = Queue._set_attributes

    def preserve(self, attributes, now=None):
        policy = getattr(self, "policy", None)
        set_attributes(self, attributes, now)
        if "Policy" not in attributes:
            self.policy = policy

    Queue._set_attributes = preserve


def disable_event_source_mappings():
    """moto invokes a queue's function in Docker for each message. The tests receive the messages and invoke the function."""
    Queue.lambda_event_source_mappings = property(lambda queue: {}, lambda queue, mappings: None)


def allow_documented_batch_sizes():
    """moto limits the batches of all queues to 10 messages. Those of standard queues have up to 10,000, more than 10 with a window."""
    create = EventSourceMapping.__init__

    @functools.wraps(create)
    def checked(mapping, spec):
        window = spec.get("MaximumBatchingWindowInSeconds") or 0
        fifo = spec["EventSourceArn"].endswith(".fifo")
        largest = 10 if fifo or window < 1 else 10_000
        if (spec.get("BatchSize") or 10) > largest or (fifo and window):
            raise JsonRESTError("InvalidParameterValueException", "The batch size or the batching window is not allowed.")
        create(mapping, spec)

    def set_batch_size(mapping, size):
        mapping._batch_size = int(size or 10)

    EventSourceMapping.__init__ = checked
    EventSourceMapping.batch_size = EventSourceMapping.batch_size.setter(set_batch_size)


def make_transactions_atomic():
    """moto copies the whole database before a transaction and restores the copy after a failure. This is slow and loses
    concurrent writes. With this patch, one operation runs at a time, and a failure restores only the items of the transaction.
    """
    backend = dynamodb.DynamoDBBackend
    lock = threading.RLock()

    def synchronized(operation):
        @functools.wraps(operation)
        def locked(*args, **kwargs):
            with lock:
                return operation(*args, **kwargs)

        return locked

    for name in ("put_item", "update_item", "delete_item", "get_item", "query", "scan"):
        setattr(backend, name, synchronized(getattr(backend, name)))

    # The copy of all tables is the only dictionary that this module copies.
    dynamodb.copy = SimpleNamespace(deepcopy=lambda value: value if isinstance(value, dict) else copy.deepcopy(value))
    transact = backend.transact_write_items

    def attributes(self, table, key):
        item = self.get_item(table, key)
        return copy.deepcopy(item.to_json()["Attributes"]) if item else None

    @synchronized
    def atomic(self, transact_items):
        before = []
        for operation in (next(iter(entry.values())) for entry in transact_items):
            table = self.get_table(operation["TableName"])
            item = operation.get("Key") or operation["Item"]
            key = {name: item[name] for name in (table.hash_key_attr, table.range_key_attr) if name}
            before.append((table.name, key, attributes(self, table.name, key)))
        try:
            return transact(self, transact_items)
        except Exception:
            for table, key, old in before:
                if old:
                    self.put_item(table, old)
                else:
                    self.delete_item(table, key)
            raise

    backend.transact_write_items = atomic


def support_branch_interfaces():
    """moto adds the groups of the instance to those of the interface, and it has no branch interfaces. With this patch, an
    interface has its own groups only, and is a branch interface if it has the tag of the VPC resource controller."""
    interface = interfaces.NetworkInterface
    interface.group_set = property(lambda self: self._group_set)

    def interface_type(self):
        tags = {tag["key"] for tag in self.get_tags()}
        return "branch" if "vpcresources.k8s.aws/trunk-eni-id" in tags else "interface"

    interface.interface_type = property(interface_type, lambda self, value: None)


def support_profile_filter():
    """moto does not support the filter iam-instance-profile.arn."""
    Instance.profile_arn = property(lambda self: (getattr(self, "iam_instance_profile", None) or {}).get("Arn"))
    filters.filter_dict_attribute_mapping["iam-instance-profile.arn"] = "profile_arn"


def support_metadata_options():
    """moto does not support ModifyInstanceMetadataOptions."""
    defaults = {"HttpEndpoint": "enabled", "HttpTokens": "optional", "HttpPutResponseHopLimit": "2"}

    def modify(self):
        self.error_on_dryrun()
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        options = dict(getattr(instance, "metadata_options", defaults))
        options.update({name: self._get_param(name) for name in defaults if self._get_param(name)})
        instance.metadata_options = options
        return "<ModifyInstanceMetadataOptionsResponse><instanceId>%s</instanceId></ModifyInstanceMetadataOptionsResponse>" % instance.id

    EC2Response.modify_instance_metadata_options = modify
    describe = EC2Response.describe_instances

    def describe_with_metadata(self):
        response = describe(self)
        for reservation in self.ec2_backend.all_reservations():
            for instance in reservation.instances:
                options = getattr(instance, "metadata_options", defaults)
                fields = "".join(
                    "<%s>%s</%s>" % (name[0].lower() + name[1:], value, name[0].lower() + name[1:])
                    for name, value in options.items()
                )
                instance_id = "<instanceId>%s</instanceId>" % instance.id
                response = response.replace(instance_id, instance_id + "<metadataOptions>%s</metadataOptions>" % fields)
        return response

    EC2Response.describe_instances = describe_with_metadata


def report_creation_time_with_zone():
    """moto reports when an Auto Scaling group was created without a time zone, which the SDK rejects."""
    created = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    autoscaling.FakeAutoScalingGroup.created_time = property(lambda self: created, lambda self, value: None)


def report_times_of_clusters_as_numbers():
    """moto reports when a cluster was created as text. EKS reports seconds since the epoch, and the SDK accepts nothing else."""
    eks.iso_8601_datetime_without_milliseconds = lambda time: time.timestamp()


class PlainBodies:
    """Passes the body of a request without the chunks of the SDK's upload to S3, which moto does not parse."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        if environ.get("HTTP_X_AMZ_CONTENT_SHA256", "").startswith("STREAMING-"):
            body = self.unchunked(environ["wsgi.input"])
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            environ["HTTP_X_AMZ_CONTENT_SHA256"] = "UNSIGNED-PAYLOAD"
            for header in ("HTTP_CONTENT_ENCODING", "HTTP_X_AMZ_DECODED_CONTENT_LENGTH", "HTTP_X_AMZ_TRAILER"):
                environ.pop(header, None)
        return self.app(environ, start_response)

    @staticmethod
    def unchunked(stream):
        body = b""
        while True:
            length = int(stream.readline().split(b";")[0], 16)
            if length == 0:
                while stream.readline().strip():  # trailers, up to an empty line
                    pass
                return body
            body += stream.read(length)
            stream.readline()


def list_services_once():
    """moto lists the folder of its services to find the service of each request, and the methods of the service."""
    backends.list_of_moto_modules = functools.cache(lambda listed=backends.list_of_moto_modules: tuple(listed()))
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)


def sort_items_by_plain_values():
    """moto sorts all items of a table for each query, and converts both keys for each comparison."""

    def plain(value):
        return value.value if value.type == "S" else value.cast_value

    def key(item):
        return (plain(item.hash_key), plain(item.range_key)) if item.range_key else (plain(item.hash_key),)

    def all_items(table):
        items = [item for group in table.items.values() for item in (group.values() if table.range_key_attr else [group])]
        return sorted(items, key=key)

    Table.all_items = all_items


class KeepAliveHandler(WSGIRequestHandler):
    """Keeps connections open, as AWS does. werkzeug's handler starts a thread for each request, because it closes the connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # A response is one write.

    def run_wsgi(self):
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
            self.wfile.flush()
        environ = self.make_environ()
        # The next request starts after the body, so all of it is read, even if the application does not need it.
        if environ.get("wsgi.input_terminated"):
            request = environ["wsgi.input"].read()
        else:
            request = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(request)
        environ["CONTENT_LENGTH"] = str(len(request))
        try:
            chunks, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        except Exception:
            traceback.print_exc()
            chunks, status, headers = [], "500 Internal Server Error", []
        body = b"".join(chunks)
        code, _, message = status.partition(" ")
        self.send_response(int(code), message)
        for name, value in headers:
            if name.lower() != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if self.command == "HEAD":
            body = b""
        elif code not in ("204", "304"):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_request(self, code="-", size="-"):
        pass


def exit_when_stdin_closes():
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    list_services_once()
    sort_items_by_plain_values()
    make_transactions_atomic()
    support_redrive_allow_policy()
    preserve_queue_policy()
    support_branch_interfaces()
    support_profile_filter()
    support_metadata_options()
    disable_event_source_mappings()
    allow_documented_batch_sizes()
    report_creation_time_with_zone()
    report_times_of_clusters_as_numbers()
    threading.Thread(target=exit_when_stdin_closes, daemon=True).start()
    app = documented_limits.StandIn(PlainBodies(DomainDispatcherApplication(create_backend_app)))
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=KeepAliveHandler)
    with open(sys.argv[1] + ".part", "w") as file:
        file.write(str(server.server_port))
    os.rename(sys.argv[1] + ".part", sys.argv[1])
    server.serve_forever()
