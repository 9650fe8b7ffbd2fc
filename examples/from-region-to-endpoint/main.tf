terraform {
  required_version = ">= 1.2"

  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

variable "region_id" {
  description = "Region of the inference service."
  type        = string
  default     = "ap-southeast-1"
}

variable "workspace" {
  description = "Name of the workspace that contains the service."
  type        = string
  default     = "default"
}

variable "service" {
  description = "Name of the inference service."
  type        = string
  default     = "chat-gateway"
}

variable "endpoint" {
  description = "Name of the new endpoint. Must be a name that no endpoint has had before."
  type        = string
  default     = "chat-gateway-team-a"
}

# 1. The regions that have services.
data "maas_regions" "all" {}

# 2. The workspace, looked up by name.
data "maas_workspace" "chosen" {
  region_id = var.region_id
  name      = var.workspace

  lifecycle {
    precondition {
      condition     = contains(data.maas_regions.all.region_ids, var.region_id)
      error_message = "${var.region_id} has no services. Regions with services: ${join(", ", data.maas_regions.all.region_ids)}."
    }
  }
}

# 3. The services that run in the workspace.
data "maas_services" "running" {
  region_id    = var.region_id
  workspace_id = data.maas_workspace.chosen.id
  status       = "RUNNING"
}

# 4. The existing endpoints and the quota.
data "maas_endpoints" "all" {}

locals {
  service_ids = { for service in data.maas_services.running.services : service.name => service.id... }
}

# 5. The endpoint, in front of the service.
resource "maas_endpoint" "team_a" {
  name             = var.endpoint
  infer_service_id = local.service_ids[var.service][0]
  region_id        = var.region_id
  rpm              = 60

  lifecycle {
    precondition {
      condition     = contains(keys(local.service_ids), var.service)
      error_message = "No service named ${var.service} runs in the workspace ${var.workspace}."
    }
  }
}

output "endpoint_id" {
  value = maas_endpoint.team_a.id
}

output "infer_services" {
  description = "Services that a custom endpoint can front, as a map from name to IDs."
  value       = local.service_ids
}

output "endpoint_quota" {
  description = "Number of endpoints that the account can have."
  value       = data.maas_endpoints.all.quota
}
