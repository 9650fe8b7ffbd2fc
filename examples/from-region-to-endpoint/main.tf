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

output "infer_services" {
  description = "Services that a custom endpoint can front, as a map from ID to name."
  value       = { for service in data.maas_services.running.services : service.id => service.name }
}

output "room_for_endpoints" {
  value = data.maas_endpoints.all.quota - data.maas_endpoints.all.total_count
}
