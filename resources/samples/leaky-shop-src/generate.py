#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the sample "leaky shop" from one calendar.  Standard library only.

generate.py schedule DIR     the traffic that the recorded Go programs replay
generate.py restamp IN OUT   recorded heap profiles IN/*.pb.gz, put on the calendar
generate.py data OUT TRUTH   usage and bill below OUT, the planted answers to TRUTH

The same code makes the traffic and the usage, so the working set of a pod and
the live heap in its profiles tell one story.  What is planted, and why: README.md.
"""
import collections
import csv
import datetime
import gzip
import hashlib
import io
import json
import math
import os
import sys
from decimal import Decimal, ROUND_HALF_EVEN, getcontext

getcontext().prec = 50
UTC = datetime.timezone.utc
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
HOUR, DAY = 3600, 86400


def at(text):
    return int(datetime.datetime.fromisoformat("2026-" + text).replace(tzinfo=UTC).timestamp())


def iso(unix):
    return datetime.datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def draw(n, *key):
    """A number 0 .. n-1 that depends on the key only."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return int.from_bytes(digest[:8], "big") % n


# --- The calendar --------------------------------------------------------------------------------------------------
START, END = at("10-01T00:00"), at("11-21T00:00")
DEPLOY = at("10-26T10:00")                                  # checkout: every pod is replaced
SPIKE = (at("10-27T00:00"), at("10-30T00:00"))              # search: 3 -> 24 replicas
HOURS = (END - START) // HOUR
DAYS = (END - START) // DAY

# --- The traffic: units an hour, 126 a day on working days ------------------------------------------------------------
SHAPE = (3, 2, 2, 2, 2, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7, 8, 8, 7, 6, 5, 5)


def weekend(t):
    return datetime.datetime.fromtimestamp(t, UTC).weekday() >= 5


def shape(t):
    return SHAPE[t % DAY // HOUR]


def sessions_in_hour(t):
    """Sessions a pod opens from t to t + 1 h: 25,200 a week, 150 an hour on average."""
    return shape(t) * (25 if weekend(t) else 30)


# --- checkout, a pod of it --------------------------------------------------------------------------------------------
SESSION = 64 * KIB
PAGE, PAGES_PER_HOUR, CACHE_PAGES = 256 * KIB, 8, 1536
CATALOGUE = 64 * MIB
CART = 64 * KIB
CHECKOUT_LIMIT = 8 * GIB
SEGMENTS = ((START, DEPLOY, "7d9f4c"), (DEPLOY, END, "6b8d5f"))
REPLICAS = 22
SCALE_OUT = (312, 408, 504)                                 # hours after a start: two more pods each time
HOT_POD, HOT_FACTOR = 5, Decimal("1.45")                    # after the deploy one pod gets a partner's traffic


def carts(t):
    return shape(t) * 16


def profile_times():
    first = "10-01T06:12 10-03T10:00 10-05T10:03 10-07T09:58 10-08T16:41 10-09T10:02 10-11T10:00 10-13T10:05 " \
            "10-17T10:01 10-19T10:00 10-21T09:57 10-23T10:04 10-25T10:00 10-26T09:31"
    second = "10-26T11:20 10-28T10:00 10-30T10:02 11-01T10:00 11-03T10:06 11-05T10:00 11-07T10:01 11-09T09:59 " \
             "11-10T21:15 11-11T10:00 11-13T10:03 11-15T10:00 11-17T10:00 11-19T10:02 11-20T18:45"
    return [at(x) for x in first.split()], [at(x) for x in second.split()]


SEARCH_TIMES = [at(x) for x in "10-05T09:30 10-15T09:31 10-26T09:30 10-27T14:05 10-29T11:40 11-02T09:30 11-12T09:32 "
                               "11-19T09:30".split()]


def profile_name(t):
    return "heap." + datetime.datetime.fromtimestamp(t, UTC).strftime("%Y%m%dT%H%M%SZ")


def write_schedule(folder):
    for index, ((begin, end, _), times) in enumerate(zip(SEGMENTS, profile_times()), 1):
        lines = []
        for t in range(begin, end, HOUR):
            done = [0, 0, 0]                                # sessions, pages, bodies of this hour so far
            total = (sessions_in_hour(t), PAGES_PER_HOUR, shape(t) * 57)
            stops = [x for x in times if t <= x < t + HOUR]
            lines.append(f"C {carts(t)}")
            for stop in stops + [t + HOUR]:
                for i, op in enumerate("SRJ"):
                    upto = total[i] * (stop - t) // HOUR
                    if upto > done[i]:
                        lines.append(f"{op} {upto - done[i]}")
                        done[i] = upto
                lines.append(f"P {profile_name(stop)}" if stop in stops else "G")
        with open(os.path.join(folder, f"checkout.{index}.schedule"), "w") as f:
            f.write("\n".join(lines) + "\n")
    with open(os.path.join(folder, "search.names"), "w") as f:
        f.write("\n".join(profile_name(t) for t in SEARCH_TIMES) + "\n")


# --- Recorded profiles ------------------------------------------------------------------------------------------------
def varint(data, at_byte):
    value = shift = 0
    while True:
        byte = data[at_byte]
        at_byte += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at_byte


def encode(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def restamp(profile, unix):
    """The same profile with time_nanos (field 9) = unix, and without duration_nanos (field 10)."""
    out, i = bytearray(), 0
    while i < len(profile):
        begin = i
        tag, i = varint(profile, i)
        if tag & 7 == 2:
            size, i = varint(profile, i)
            i += size
        elif tag & 7 == 0:
            _, i = varint(profile, i)
        else:
            sys.exit(f"restamp: wire type {tag & 7} is not expected")
        if tag >> 3 not in (9, 10):
            out += profile[begin:i]
    return bytes(out) + encode(9 << 3) + encode(unix * 10**9)


def zip_bytes(data):
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0, compresslevel=9) as f:
        f.write(data)
    return buffer.getvalue()


def write_gz(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(zip_bytes(data))


def restamp_all(source, target):
    for name in sorted(os.listdir(source)):
        unix = int(datetime.datetime.strptime(name, "heap.%Y%m%dT%H%M%SZ.pb.gz").replace(tzinfo=UTC).timestamp())
        with gzip.open(os.path.join(source, name)) as f:
            write_gz(os.path.join(target, name), restamp(f.read(), unix))


# --- Usage ----------------------------------------------------------------------------------------------------------
LETTERS = "bcdfghjklmnpqrstvwxz2456789"
WSS, REQUESTS, LIMITS = ("container_memory_working_set_bytes", "kube_pod_container_resource_requests",
                         "kube_pod_container_resource_limits")
RESTARTS, REASON = "kube_pod_container_status_restarts_total", "kube_pod_container_status_last_terminated_reason"


def pod_name(app, generation, index):
    if app == "checkout" and index == 0:                    # the pod whose heap is profiled
        return {"7d9f4c": "checkout-7d9f4c-x2k4p", "6b8d5f": "checkout-6b8d5f-m9t7q"}[generation]
    return f"{app}-{generation}-" + "".join(LETTERS[draw(len(LETTERS), app, generation, index, i)] for i in range(5))


class Pod:
    def __init__(self, app, generation, index, begin, end, request, limit, node=None):
        self.app, self.index, self.begin, self.end, self.request, self.limit = app, index, begin, end, request, limit
        self.name = pod_name(app, generation, index)
        self.node = node or f"fargate-ip-10-0-{index % 3}-{20 + draw(200, self.name)}"
        self.wss, self.up, self.restarts, self.oom = [], [], 0, None


def noise(pod, t, spread):
    """A multiple of 256 KiB between -spread and +spread."""
    steps = spread // (256 * KIB)
    return (draw(2 * steps + 1, pod.name, t) - steps) * 256 * KIB


def checkout_pods(truth):
    pods, leaked = [], []
    for segment, (begin, end, generation) in enumerate(SEGMENTS):
        starts = [begin] * REPLICAS + [begin + h * HOUR for h in SCALE_OUT for _ in (0, 1)]
        for index, start in enumerate(starts):
            pod = Pod("checkout", generation, index, start, end, CHECKOUT_LIMIT, CHECKOUT_LIMIT)
            factor = Decimal(1) if index == 0 else Decimal(95 + draw(11, "traffic", pod.name)) / 100
            if segment == 1 and index == HOT_POD:
                factor = HOT_FACTOR
            sessions, born, held = 0, start, []
            for t in range(start, end, HOUR):
                leak = int(sessions * factor) * SESSION
                cache = min((t - born) // HOUR * PAGES_PER_HOUR, CACHE_PAGES) * PAGE
                live = CATALOGUE + cache + carts(t) * CART + leak
                wss = live + 160 * MIB + shape(t) * 5 * MIB + noise(pod, t, 8 * MIB)
                pod.up.append(t)
                if wss >= pod.limit:                        # killed at the limit, its last scrape is lost
                    pod.restarts, pod.oom, sessions, born, leak = pod.restarts + 1, t, 0, t, 0
                else:
                    pod.wss.append((t, wss))
                leaked.append((t, leak))
                held.append(leak)
                sessions += sessions_in_hour(t)
            # the slope of a whole week is the same in every week
            slope = int(factor * 25200 * SESSION / 168)
            truth[pod.name] = {"start": iso(start), "end": iso(end), "traffic_factor": str(factor),
                               "leak_slope_bytes_per_hour": slope, "max_leaked_bytes": max(held),
                               "oom_killed_at": iso(pod.oom) if pod.oom else None}
            pods.append(pod)
    return pods, leaked


def steady_pods(app, replicas, generations, request, limit, level, swing, spread):
    """Pods which breathe with the traffic of the hour: level + swing * (-1 .. +1)."""
    pods = []
    for begin, end, generation in generations:
        for index in range(replicas):
            pod = Pod(app, generation, index, begin, end, request, limit)
            for t in range(begin, end, HOUR):
                breath = (shape(t) - 5) * (5 if weekend(t) else 6) * swing // 18
                wss = level + breath + draw(9, "pod", pod.name) * spread // 16 + noise(pod, t, spread)
                if t - begin < 2 * HOUR:
                    wss = wss * (60 if t == begin else 85) // 100
                pod.up.append(t)
                pod.wss.append((t, wss // (256 * KIB) * 256 * KIB))
            pods.append(pod)
    return pods


def search_pods():
    pods = []
    for index in range(24):
        begin, end = (START, END) if index < 3 else SPIKE
        pod = Pod("search", "5f7c8b", index, begin, end, 12 * GIB, 14 * GIB, node=search_node(index)[1])
        for t in range(begin, end, HOUR):
            pod.up.append(t)
            pod.wss.append((t, 9 * GIB + 128 * MIB + 330 * MIB + shape(t) * 20 * MIB + noise(pod, t, 24 * MIB)))
        pods.append(pod)
    return pods


def search_node(index):
    number = f"{draw(1 << 60, 'node', index):015x}"
    return "i-0" + number + f"{index:x}"[-1], f"ip-10-0-{index % 3}-{30 + index}.eu-central-1.compute.internal"


def write_usage(folder, pods):
    series = {WSS: [], REQUESTS: [], LIMITS: [], RESTARTS: [], REASON: []}
    for pod in pods:
        base = {"namespace": "shop", "pod": pod.name, "container": pod.app, "node": pod.node}

        def add(metric, values, **extra):
            series[metric].append({"metric": {"__name__": metric, **base, **extra},
                                   "values": [[t, str(v)] for t, v in values]})
        seen = [(t, v) for t, v in pod.wss if draw(701, "scrape", pod.name, t)]     # one scrape in 701 is lost
        pod.wss = seen
        add(WSS, seen, cluster="leaky-shop", job="kubelet")
        add(REQUESTS, [(t, pod.request) for t in pod.up], resource="memory", unit="byte")
        add(LIMITS, [(t, pod.limit) for t in pod.up], resource="memory", unit="byte")
        add(RESTARTS, [(t, 1 if pod.oom and t >= pod.oom else 0) for t in pod.up])
        if pod.oom:
            add(REASON, [(t, 1) for t in pod.up if t >= pod.oom], reason="OOMKilled")
    for metric, result in series.items():
        text = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}},
                          separators=(",", ":"))
        write_gz(os.path.join(folder, "usage", metric + ".json.gz"), text.encode())


# --- Bill -----------------------------------------------------------------------------------------------------------
COLUMNS = """AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd
BillingPeriodStart ChargeCategory ChargeClass ChargeDescription ChargeFrequency ChargePeriodEnd ChargePeriodStart
CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName CommitmentDiscountStatus CommitmentDiscountType
ConsumedQuantity ConsumedUnit ContractedCost ContractedUnitPrice EffectiveCost InvoiceIssuerName ListCost ListUnitPrice
PricingCategory PricingQuantity PricingUnit ProviderName PublisherName RegionId RegionName ResourceId ResourceName
ResourceType ServiceCategory ServiceName SkuId SkuPriceId SubAccountId SubAccountName Tags
x_Operation x_ServiceCode x_SkuPriceDetails x_UsageType""".split()
ACCOUNT = "111122223333"
AWS = "Amazon Web Services, Inc."
TEAM = {"checkout": "payments", "orders-api": "orders", "pricing": "payments", "search": "discovery",
        "thumbnailer": "media"}
FARGATE_CPU, FARGATE_GB = Decimal("0.04656"), Decimal("0.00511")    # list, an hour
ENTERPRISE = Decimal("0.97")                                        # contracted = 97 % of list
CACHE_EFFECTIVE = Decimal("0.1562113")                              # the reserved cache node, amortised, an hour
TEN = Decimal("0.0000000001")

EKS = ("Compute", "Amazon Elastic Kubernetes Service", "AmazonEKS")
EC2 = ("Compute", "Amazon Elastic Compute Cloud", "AmazonEC2")
VPC = ("Networking", "Amazon Virtual Private Cloud", "AmazonVPC")
RDS = ("Databases", "Amazon Relational Database Service", "AmazonRDS")
REDIS = ("Databases", "Amazon ElastiCache", "AmazonElastiCache")
S3 = ("Storage", "Amazon Simple Storage Service", "AmazonS3")
ELB = ("Networking", "Elastic Load Balancing", "AWSELB")
LOGS = ("Management and Governance", "Amazon CloudWatch", "AmazonCloudWatch")
SUPPORT = ("Other", "AWS Support (Business)", "AWSSupportBusiness")


def plain(value):
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def month_bounds(t):
    d = datetime.datetime.fromtimestamp(t, UTC)
    first = d.replace(day=1, hour=0, minute=0)
    return first, first.replace(year=d.year + d.month // 12, month=d.month % 12 + 1)


class Bill:
    def __init__(self):
        self.rows = []                                      # (who, row); who = service, "(ambiguous)", "(unassigned)"

    def add(self, t, who, product, what, usage_type, unit, quantity, list_price, resource=("", "", ""), tags=None,
            zone="", operation="", details="", committed=None, **override):
        category, service, code = product
        begin, end = month_bounds(t)
        price = list_price * ENTERPRISE
        cost = price * quantity
        sku = hashlib.sha256((code + usage_type).encode()).hexdigest()[:16].upper()
        row = dict.fromkeys(COLUMNS, "")
        row.update(
            AvailabilityZone=zone, BillingAccountId=ACCOUNT, BillingAccountName="Leaky Shop Ltd", BillingCurrency="USD",
            BillingPeriodStart=begin.strftime("%Y-%m-%dT%H:%M:%SZ"), BillingPeriodEnd=end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            ChargeCategory="Usage", ChargeDescription=what, ChargeFrequency="Usage-Based", ChargePeriodStart=iso(t),
            ChargePeriodEnd=iso(t + DAY), ConsumedQuantity=plain(quantity), ConsumedUnit=unit, ContractedCost=plain(cost),
            ContractedUnitPrice=plain(price), BilledCost=plain(cost), EffectiveCost=plain(cost), InvoiceIssuerName=AWS,
            ListCost=plain(list_price * quantity), ListUnitPrice=plain(list_price), PricingCategory="Standard",
            PricingQuantity=plain(quantity), PricingUnit=unit, ProviderName="AWS", PublisherName=AWS,
            RegionId="eu-central-1", RegionName="EU (Frankfurt)", ResourceId=resource[0], ResourceName=resource[1],
            ResourceType=resource[2], ServiceCategory=category, ServiceName=service, SkuId=sku,
            SkuPriceId=sku + ".JRTCKXETXF", SubAccountId=ACCOUNT, SubAccountName="shop-prod",
            Tags=json.dumps(tags, separators=(",", ":")) if tags else "", x_Operation=operation, x_ServiceCode=code,
            x_SkuPriceDetails=json.dumps(details, separators=(",", ":")) if details else "", x_UsageType=usage_type)
        if committed:
            row.update(BilledCost="0", EffectiveCost=plain(committed * quantity), PricingCategory="Committed",
                       CommitmentDiscountCategory="Usage", CommitmentDiscountName="redis-1y-all-upfront",
                       CommitmentDiscountId=f"arn:aws:elasticache:eu-central-1:{ACCOUNT}:reserved-instance:redis-1y",
                       CommitmentDiscountStatus="Used", CommitmentDiscountType="Reserved Node")
        row.update(override)
        self.rows.append((who, row))


def make_bill(pods):
    bill = Bill()
    hours = collections.Counter((p.app, t // DAY * DAY) for p in pods for t in p.up)
    spike_nodes = set()
    for day in range(START, END, DAY):
        days_in_month = (month_bounds(day)[1] - month_bounds(day)[0]).days
        busy = Decimal(5 if weekend(day) else 6) / 6

        def exact(value):
            return Decimal(value).quantize(TEN, ROUND_HALF_EVEN)

        # Pods on Fargate: what they request, hour by hour, and some seconds of starting.
        for app, cpus, gib in (("checkout", 2, 8), ("orders-api", Decimal("0.5"), 6), ("pricing", Decimal("0.5"), 2),
                               ("thumbnailer", Decimal("0.5"), 1)):
            tags = {"app": app, "team": TEAM[app], "env": "prod"}
            profile = (f"arn:aws:eks:eu-central-1:{ACCOUNT}:fargateprofile/leaky-shop/{app}", app, "Fargate Profile")
            podhours = hours[app, day] + Decimal(draw(180, "start", app, day)) / 3600
            bill.add(day, app, EKS, "AWS Fargate - Memory - GB Hours", "EUC1-Fargate-GB-Hours", "GB-Hours",
                     exact(podhours * gib), FARGATE_GB, profile, tags, operation="FargatePod")
            bill.add(day, app, EKS, "AWS Fargate - vCPU - vCPU Hours", "EUC1-Fargate-vCPU-Hours:perCPU", "vCPU-Hours",
                     exact(podhours * cpus), FARGATE_CPU, profile, tags, operation="FargatePod")

        # search: a node of its own for each pod, with its disk.
        tags = {"app": "search", "team": TEAM["search"], "env": "prod"}
        for index in range(24 if SPIKE[0] <= day < SPIKE[1] else 3):
            node, host = search_node(index)
            zone = "eu-central-1" + "abc"[index % 3]
            bill.add(day, "search", EC2, "$0.23 per On Demand Linux m6i.xlarge Instance Hour", "EUC1-BoxUsage:m6i.xlarge",
                     "Hrs", Decimal(24), Decimal("0.23"), (node, host, "Instance"), tags, zone, "RunInstances",
                     {"CoreCount": 4, "MemorySize": 16, "InstanceType": "m6i.xlarge", "OperatingSystem": "Linux"})
            disk = "vol-0" + node[3:]
            bill.add(day, "search", EC2, "$0.0952 per GB-month of General Purpose (gp3) provisioned storage",
                     "EUC1-EBS:VolumeUsage.gp3", "GB-Mo", exact(Decimal(200) / days_in_month), Decimal("0.0952"),
                     (disk, disk, "Volume"), tags, zone, "CreateVolume-Gp3")
            if index >= 3:
                spike_nodes |= {node, disk}

        # What the other services own.
        tags = {"app": "orders-api", "team": TEAM["orders-api"], "env": "prod"}
        database = (f"arn:aws:rds:eu-central-1:{ACCOUNT}:db:orders", "orders", "DB Instance")
        bill.add(day, "orders-api", RDS, "$1.04 per RDS db.r6g.xlarge Multi-AZ instance hour running PostgreSQL",
                 "EUC1-Multi-AZUsage:db.r6g.xl", "Hrs", Decimal(24), Decimal("1.04"), database, tags,
                 operation="CreateDBInstance:0014")
        bill.add(day, "orders-api", RDS, "$0.274 per GB-month of Multi-AZ gp3 storage running PostgreSQL",
                 "EUC1-RDS:Multi-AZ-GP3-Storage", "GB-Mo", exact(Decimal(250) / days_in_month), Decimal("0.274"),
                 database, tags, operation="CreateDBInstance:0014")
        bill.add(day, "pricing", REDIS, "ElastiCache reserved cache.r6g.large", "EUC1-NodeUsage:cache.r6g.large", "Hrs",
                 Decimal(24), Decimal("0.247"),
                 (f"arn:aws:elasticache:eu-central-1:{ACCOUNT}:cluster:prices", "prices", "Cache Cluster"),
                 {"app": "pricing", "team": TEAM["pricing"], "env": "prod"}, operation="CreateCacheCluster:Redis",
                 committed=CACHE_EFFECTIVE)

        # Tagged for two services at once: app says checkout, service says search.
        tags = {"app": "checkout", "env": "prod", "service": "search", "team": "platform"}
        balancer = (f"arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:loadbalancer/app/shop-edge/50dc6c495c0c9188",
                    "shop-edge", "Load Balancer")
        bill.add(day, "(ambiguous)", ELB, "$0.027 per Application LoadBalancer-hour (or partial hour)",
                 "EUC1-LoadBalancerUsage", "Hrs", Decimal(24), Decimal("0.027"), balancer, tags,
                 operation="LoadBalancing:Application")
        bill.add(day, "(ambiguous)", ELB, "$0.008 per used Application load balancer capacity unit-hour",
                 "EUC1-LCUUsage", "LCU-Hrs", exact(busy * Decimal(200 + draw(40, "lcu", day)) / 3), Decimal("0.008"),
                 balancer, tags, operation="LoadBalancing:Application")

        # Nobody's: no tag that names a service.
        nat = (f"arn:aws:ec2:eu-central-1:{ACCOUNT}:natgateway/nat-0aa1b2c3d4e5f6071", "nat-0aa1b2c3d4e5f6071",
               "NAT Gateway")
        team = {"env": "prod", "team": "platform"}
        bill.add(day, "(unassigned)", VPC, "$0.052 per NAT Gateway Hour", "EUC1-NatGateway-Hours", "Hrs", Decimal(48),
                 Decimal("0.052"), nat, team, operation="NatGateway")
        bill.add(day, "(unassigned)", VPC, "$0.052 per GB Data Processed by NAT Gateways", "EUC1-NatGateway-Bytes", "GB",
                 exact(busy * Decimal(92000 + draw(8000, "nat", day)) / 999), Decimal("0.052"), nat, team,
                 operation="NatGateway")
        bucket = ("arn:aws:s3:::leaky-shop-images", "leaky-shop-images", "Bucket")
        bill.add(day, "(unassigned)", S3, "$0.0245 per GB - first 50 TB / month of storage used",
                 "EUC1-TimedStorage-ByteHrs", "GB-Mo", exact(Decimal(3200 + (day - START) // DAY * 3) / days_in_month),
                 Decimal("0.0245"), bucket, operation="StandardStorage")
        bill.add(day, "(unassigned)", S3, "$0.0043 per 10,000 GET and all other requests", "EUC1-Requests-Tier2",
                 "10K Requests", exact(busy * Decimal(900 + draw(90, "get", day)) / 11), Decimal("0.0043"), bucket,
                 operation="GetObject")
        bill.add(day, "(unassigned)", EC2, "$0.23 per On Demand Linux m6i.xlarge Instance Hour",
                 "EUC1-BoxUsage:m6i.xlarge", "Hrs", Decimal(24), Decimal("0.23"),
                 ("i-0b1f2e3d4c5b6a798", "", "Instance"), None, "eu-central-1a", "RunInstances",
                 {"CoreCount": 4, "MemorySize": 16, "InstanceType": "m6i.xlarge", "OperatingSystem": "Linux"})
        bill.add(day, "(unassigned)", EKS, "$0.10 per hour for each Amazon EKS cluster", "EUC1-AmazonEKS-Hours:perCluster",
                 "Hrs", Decimal(24), Decimal("0.10"),
                 (f"arn:aws:eks:eu-central-1:{ACCOUNT}:cluster/leaky-shop", "leaky-shop", "Cluster"), None,
                 operation="CreateOperation")
        bill.add(day, "(unassigned)", LOGS, "$0.63 per GB custom log data ingested", "EUC1-DataProcessing-Bytes", "GB",
                 exact(busy * Decimal(3000 + draw(300, "log", day)) / 999), Decimal("0.63"),
                 (f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/shop", "/shop", "Log Group"), None,
                 operation="PutLogEvents")
        fixed = dict(ConsumedQuantity="", ConsumedUnit="", ContractedUnitPrice="", ListUnitPrice="", SkuId="",
                     SkuPriceId="", RegionId="", RegionName="")
        if datetime.datetime.fromtimestamp(day, UTC).day == 1:
            fee = "148.37"
            bill.add(day, "(unassigned)", SUPPORT, "AWS Support (Business) monthly fee", "Dollar", "Month", Decimal(1),
                     Decimal(fee), ChargeCategory="Purchase", ChargeFrequency="Recurring", BilledCost=fee,
                     EffectiveCost=fee, ListCost=fee, ContractedCost=fee, **fixed)
        if day == at("10-15T00:00"):
            bill.add(day, "(unassigned)", EC2, "Promotional credit", "Credit", "", Decimal(0), Decimal(0),
                     ChargeCategory="Credit", ChargeFrequency="One-Time", BilledCost="-40.25", EffectiveCost="-40.25",
                     PricingCategory="", PricingQuantity="", ListCost="0", ContractedCost="0", **fixed)
    return bill, spike_nodes


def write_bill(folder, bill):
    months = collections.defaultdict(list)
    for _, row in bill.rows:
        months[row["ChargePeriodStart"][:7]].append(row)
    for month, rows in sorted(months.items()):
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_gz(os.path.join(folder, "billing", f"focus-{month}.csv.gz"), text.getvalue().encode())


# --- The planted answers ----------------------------------------------------------------------------------------------
def line_of(source, mark):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), source)) as f:
        return next(n for n, line in enumerate(f, 1) if mark in line)


def nearest_rank(values, percent):
    values = sorted(values)
    return values[max(0, math.ceil(percent * len(values) / 100) - 1)]


def usage_truth(pods, app):
    mine = [p for p in pods if p.app == app]
    values = [v for p in mine for _, v in p.wss]
    return {"request_bytes": mine[0].request, "limit_bytes": mine[0].limit, "pods_seen": len(mine),
            "samples": len(values), "p50": nearest_rank(values, 50), "p95": nearest_rank(values, 95),
            "p99": nearest_rank(values, 99), "max": max(values)}


def write_data(folder, truth_path):
    pod_truth = {}
    checkout, leaked = checkout_pods(pod_truth)
    pods = list(checkout)
    orders_deploy, pricing_deploy = at("11-04T09:00"), at("10-14T13:00")
    pods += steady_pods("orders-api", 24, ((START, orders_deploy, "58fd9b"), (orders_deploy, END, "66c7d4")),
                        6 * GIB, 6 * GIB, 1800 * MIB, 280 * MIB, 70 * MIB)
    pods += steady_pods("pricing", 6, ((START, pricing_deploy, "84c5d7"), (pricing_deploy, END, "9c6b7f")),
                        2 * GIB, 2 * GIB, 1600 * MIB, 60 * MIB, 24 * MIB)
    pods += search_pods()
    pods += steady_pods("thumbnailer", 2, ((START, END, "75d4c8"),), 1 * GIB, 1 * GIB, 780 * MIB, 70 * MIB, 16 * MIB)
    write_usage(folder, pods)
    bill, spike_nodes = make_bill(pods)
    write_bill(folder, bill)

    sums = {basis: collections.defaultdict(Decimal) for basis in ("BilledCost", "EffectiveCost", "ListCost")}
    for who, row in bill.rows:
        for basis, by in sums.items():
            by[who] += Decimal(row[basis])
    total = {basis: sum(by.values()) for basis, by in sums.items()}
    extra = sum(Decimal(row["EffectiveCost"]) for _, row in bill.rows if row["ResourceId"] in spike_nodes)
    price = FARGATE_GB * ENTERPRISE
    leak_gib_hours = Decimal(sum(v for _, v in leaked)) / GIB
    last = END - HOUR
    leaked_now = sum(v for t, v in leaked if t == last)
    orders = usage_truth(pods, "orders-api")
    recommended = -(-orders["p99"] * 115 // (100 * 16 * MIB)) * 16 * MIB
    extra_pods = [p for p in checkout if p.index >= REPLICAS]
    extra_hours = sum(len(p.up) for p in extra_pods)
    hot = next(p for p in checkout if p.oom)
    truth = {
        "calendar": {"start": iso(START), "end": iso(END), "hours": HOURS, "deploy_of_checkout": iso(DEPLOY)},
        "leak": {
            "service": "checkout", "function": "main.openSession", "file": "session.go",
            "line": line_of("checkout/session.go", "// LEAK"),
            "slope_bytes_per_hour_per_pod": 25200 * SESSION // 168, "session_bytes": SESSION,
            "profiled_pods": [pod_name("checkout", g, 0) for _, _, g in SEGMENTS],
            "profiles": sum(len(x) for x in profile_times()), "restart_between_profiles": iso(DEPLOY),
            "leaked_gib_hours_all_pods": plain(leak_gib_hours.quantize(TEN)),
            "memory_price_per_gib_hour": plain(price),
            "cost_so_far": plain((leak_gib_hours * price).quantize(TEN)),
            "cost_per_730_hours_average": plain((leak_gib_hours * price * 730 / HOURS).quantize(TEN)),
            "leaked_bytes_at_end_all_pods": leaked_now,
            "cost_per_730_hours_at_the_end": plain((Decimal(leaked_now) / GIB * price * 730).quantize(TEN)),
            "oom_kill": {"pod": hot.name, "at": iso(hot.oom), "limit_bytes": CHECKOUT_LIMIT,
                         "traffic_factor": str(HOT_FACTOR)},
            "scale_out": {"replicas_after_start": REPLICAS, "replicas_at_end": REPLICAS + 2 * len(SCALE_OUT),
                          "hours_after_start": SCALE_OUT, "extra_pod_hours": extra_hours,
                          "extra_cost": plain(extra_hours * (8 * price + 2 * FARGATE_CPU * ENTERPRISE))}},
        "bounded_cache": {"service": "checkout", "function": "main.renderCache", "file": "cache.go",
                          "line": line_of("checkout/cache.go", "= make("), "bound_bytes": CACHE_PAGES * PAGE,
                          "full_after_hours": CACHE_PAGES // PAGES_PER_HOUR},
        "churn": {"service": "checkout", "function": "main.parseJSON", "file": "json.go",
                  "line": line_of("checkout/json.go", "make("), "kept_bytes": 0},
        "start_up_table": {"service": "checkout", "function": "main.register", "inlined_into": "main.loadCatalogue",
                           "file": "catalogue.go", "bytes": CATALOGUE},
        "in_flight": {"service": "checkout", "function": "main.acceptCarts", "file": "cart.go",
                      "max_bytes": max(SHAPE) * 16 * CART},
        "thumbnailer": {
            "leak": {"function": "keepExif", "file": "thumbnailer.cpp",
                     "line": line_of("thumbnailer/thumbnailer.cpp", "// LEAK"), "bytes": 1200 * 512, "calls": 1200},
            "churn": {"function": "parseHeader", "temporary_allocations": 1200 * 40},
            "peak": {"function": "loadImages", "bytes": 30 * MIB, "times": 2},
            "bounded_cache": {"function": "tileCache", "bound_bytes": 128 * 16 * KIB},
            "start_up_table": {"function": "loadFonts", "bytes": 64 * 8 * KIB}},
        "overprovisioned": {
            "service": "orders-api", "replicas": 24, **orders, "recommended_request_bytes_p99_plus_15_percent": recommended,
            "saving_per_730_hours": plain((Decimal(orders["request_bytes"] - recommended) / GIB * 24 * 730 * price)
                                          .quantize(TEN))},
        "spike": {"service": "search", "start": iso(SPIKE[0]), "end": iso(SPIKE[1]), "replicas": [3, 24],
                  "extra_cost": plain(extra)},
        "nothing_wrong": ["pricing", "search heap", "thumbnailer usage"],
        "usage": {app: usage_truth(pods, app) for app in sorted(TEAM)},
        "bill": {"rows": len(bill.rows), "currency": "USD",
                 **{basis: {"total": plain(total[basis]),
                            "by_service": {k: plain(v) for k, v in sorted(by.items())}} for basis, by in sums.items()},
                 "BilledCost_by_month": {m: plain(sum(Decimal(r["BilledCost"]) for _, r in bill.rows
                                                      if r["BillingPeriodStart"][:7] == m)) for m in ("2026-10", "2026-11")},
                 "EffectiveCost_of_GB_hours_by_service": {
                     who: plain(sum(Decimal(r["EffectiveCost"]) for w, r in bill.rows
                                    if w == who and r["ConsumedUnit"] == "GB-Hours"))
                     for who in ("checkout", "orders-api", "pricing", "thumbnailer")},
                 "unassigned_share_of_billed": plain((sums["BilledCost"]["(unassigned)"] / total["BilledCost"]).quantize(TEN))},
        "checkout_pods": pod_truth}
    with open(truth_path, "w") as f:
        json.dump(truth, f, indent=1)
        f.write("\n")


def main():
    commands = {"schedule": (write_schedule, 1), "restamp": (restamp_all, 2), "data": (write_data, 2)}
    if len(sys.argv) < 2 or sys.argv[1] not in commands or len(sys.argv) - 2 != commands[sys.argv[1]][1]:
        sys.exit(__doc__)
    commands[sys.argv[1]][0](*sys.argv[2:])


main()
