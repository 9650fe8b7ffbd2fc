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
  description = "Name of the workspace that the service is in."
  type        = string
  default     = "default"
}

# Which regions there are.
data "maas_regions" "all" {}

# Which workspace it is.
data "maas_workspace" "chosen" {
  region_id = var.region_id
  name      = var.workspace

  lifecycle {
    precondition {
      condition     = contains(data.maas_regions.all.region_ids, var.region_id)
      error_message = "There are no services in ${var.region_id}; there are in ${join(", ", data.maas_regions.all.region_ids)}."
    }
  }
}

# Which services run in it.
data "maas_services" "running" {
  region_id    = var.region_id
  workspace_id = data.maas_workspace.chosen.id
  status       = "RUNNING"
}

# Which endpoints there are already, and how many there may be.
data "maas_endpoints" "all" {}

output "infer_services" {
  description = "The services that a custom endpoint can front: their names by id."
  value       = { for service in data.maas_services.running.services : service.id => service.name }
}

output "room_for_endpoints" {
  value = data.maas_endpoints.all.quota - data.maas_endpoints.all.total_count
}
