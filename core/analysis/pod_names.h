// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace heaptoll {

/// Five letters of Kubernetes' random alphabet, which spells no words: the end of a pod's name.
[[nodiscard]] bool isRandomName(std::string_view word);
/// ReplicaSet hashes (6..10 random letters or hexadecimal digits) and the times of CronJobs.
[[nodiscard]] bool isSetHash(std::string_view group);
/// "checkout-7d9f4c8b5-x2k4p" -> "checkout": strips ReplicaSet and pod suffixes, StatefulSet ordinals.
[[nodiscard]] std::string workloadOfPod(std::string_view pod);
/// What made a pod, as kubectl names it, where its name tells: "deployment" (ReplicaSet hash and random end), "statefulset"
/// (ordinal), "cronjob" (time and random end). "" where it does not: a DaemonSet's pod looks like a Job's.
[[nodiscard]] std::string_view ownerKindOfPod(std::string_view pod);

} // namespace heaptoll
